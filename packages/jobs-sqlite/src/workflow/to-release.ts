/** The condition of the jobs of a queue that are to be released, or to fail: that of the index `jobs_to_release`. */
export const TO_RELEASE = "queue = ? AND status = 'blocked' AND (open = 0 OR doom > 0)";
