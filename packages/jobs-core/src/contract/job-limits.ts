/**
 * Says how many jobs of a name may be active at once, and how often they may start, over all workers
 * together. A part that is absent sets no limit.
 */
export interface JobLimits {
  /** At most how many jobs of the name are active at once. */
  readonly concurrency?: number;
  /** At most how many jobs of the name with the same `concurrencyKey` are active at once. Jobs without a key are free. */
  readonly concurrencyPerKey?: number;
  /** How often jobs of the name with the same `rateKey` (those without one together) may start. */
  readonly rate?: {
    /** How many may start in any window of `per`. */
    readonly max: number;
    /** The window in milliseconds. */
    readonly per: number;
  };
}
