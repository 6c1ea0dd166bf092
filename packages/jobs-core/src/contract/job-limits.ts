/**
 * Says how many jobs of a name may be active at once, and how often they may start, over all workers together. An
 * absent part sets no limit.
 */
export interface JobLimits {
  /** The largest number of active jobs of the name. */
  readonly concurrency?: number;
  /**
   * The largest number of active jobs of the name with the same `concurrencyKey`. Jobs without a key are not limited.
   */
  readonly concurrencyPerKey?: number;
  /** How often jobs of the name with the same `rateKey` may start. Jobs without a key count together. */
  readonly rate?: {
    /** How many may start in any window of `per` milliseconds. */
    readonly max: number;
    /** The window in milliseconds. */
    readonly per: number;
  };
}
