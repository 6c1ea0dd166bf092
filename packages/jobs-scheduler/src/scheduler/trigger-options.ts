/** Says how a schedule is run by hand. */
export interface TriggerOptions {
  /**
   * What happens while a run of the schedule has not ended: `skip` refuses with `JOBS_CONFLICT`. It sees
   * the runs of schedules with an `overlap` of their own, and those that were triggered so. @default 'allow'
   */
  readonly overlap?: 'allow' | 'skip' | undefined;
  /** Runs once for each key, however often it is asked; the id of its job is answered again. */
  readonly key?: string | undefined;
  /** What the handler gets this time. @default the schedule's payload */
  readonly payload?: unknown;
}
