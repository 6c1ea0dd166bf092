/** The condition of the jobs of a queue that are to be released, or to fail: that of the index `philjs_jobs_jobs_to_release`. */
export const TO_RELEASE = "queue = ? AND status = 'blocked' AND (open = 0 OR doom > 0)";

/** Stands in `snooze_reason` for a job that had ended and was put back to be tried again: the delay that it had is over. */
export const PUT_BACK = 'put-back';

/**
 * A time by which a blocked job that has no delay may start. The clock may have been ahead when it was added, or put back for its
 * children or to be tried again: it has no delay by that.
 */
export const UNDELAYED_AT: string = `iif(snooze_reason IN ('children', '${PUT_BACK}'), run_at, created_at)`;
