/**
 * Limits how many finished jobs of one state are kept. The backend applies the limits of the job
 * that just finished to all jobs of that state: those beyond the newest {@link count}, and those
 * that finished more than {@link ageMs} ago, are removed.
 */
export interface Retention {
  /** How long a finished job is kept, in milliseconds. `Infinity` is not allowed; see core's maximum. */
  readonly ageMs: number;
  /** How many finished jobs of this state are kept. `0` removes this one at once and leaves the others alone. */
  readonly count: number;
}
