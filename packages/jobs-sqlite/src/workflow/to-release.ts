/** The condition of the jobs of a queue that are to be released, or to fail: that of the index `jobs_to_release`. */
export const TO_RELEASE = "queue = ? AND status = 'blocked' AND (open = 0 OR doom > 0)";

/**
 * A time by which a blocked job that has no delay may start. The clock may have been ahead when it was added, or put back for its
 * children: it has no delay by that.
 */
export const UNDELAYED_AT = "iif(snooze_reason = 'children', run_at, created_at)";
