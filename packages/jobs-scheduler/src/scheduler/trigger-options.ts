/** Configures a run by hand. */
export interface TriggerOptions {
  /**
   * Decides whether it runs while another run of the schedule has not ended: `skip` refuses with `JOBS_CONFLICT`. It
   * sees the runs of
   * schedules that have an `overlap` policy, and runs triggered with `overlap: 'skip'`. @default 'allow'
   */
  readonly overlap?: 'allow' | 'skip' | undefined;
  /**
   * Runs once for each key, as long as its job is stored: a repeated call with the same key returns the id of the same
   * job, also with `overlap: 'skip'` while that runs.
   */
  readonly key?: string | undefined;
  /** The payload of this run. @default the schedule's payload */
  readonly payload?: unknown;
}
