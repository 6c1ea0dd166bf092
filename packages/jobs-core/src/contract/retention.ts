/**
 * Limits how many finished jobs of one state are kept. The backend applies the limits of the job that just finished
 * to the jobs of its state **and name**: it removes those beyond the newest {@link count}, and those that finished
 * more than {@link ageMs} ago; so one name never pushes out another's. Beyond the newest {@link total} of its state
 * over all names it removes the oldest, whatever their name. A finish may leave a few (2 %, at most 20) to the
 * finishes after it, and also those beyond some hundred at once.
 */
export interface Retention {
  /** How long a finished job is kept, in milliseconds. `Infinity` is not allowed; core has a maximum. */
  readonly ageMs: number;
  /** How many finished jobs of this state and name are kept. `0` removes this one at once and leaves the others alone. */
  readonly count: number;
  /** How many finished jobs of this state are kept over all names. Absent: as many as there are. */
  readonly total?: number;
}
