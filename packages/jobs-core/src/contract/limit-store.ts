import type { Lease } from './consumer.ts';
import type { JobLimits } from './job-limits.ts';

/** Overrides limits of the definitions: `null` removes a limit; an absent part stays as the definitions say. */
export interface LimitOverride {
  /** The largest number of active jobs of the name. */
  readonly concurrency?: number | null;
  /** The largest number of active jobs of the name with the same `concurrencyKey`. */
  readonly concurrencyPerKey?: number | null;
  /** How often jobs of the name with the same `rateKey` may start. */
  readonly rate?: { readonly max: number; readonly per: number } | null;
}

/** Describes the limits of one name as the store keeps them. */
export interface StoredLimits {
  /** The limits in force: the published ones, with the overrides applied. */
  readonly limits: JobLimits;
  /** The limits a worker published last. */
  readonly published?: JobLimits;
  /** The overrides. */
  readonly override?: LimitOverride;
  /** Grows with every change. */
  readonly revision: number;
  /** Whether starts of jobs of the name are paused. */
  readonly paused: boolean;
}

/** Holds what a store keeps of the limits of one name. Those in force follow from it. */
export interface LimitFacts {
  /** The limits a worker published last. */
  readonly published?: JobLimits | undefined;
  /** Whether a worker has published any, or that there are none. */
  readonly wasPublished?: boolean;
  /** The overrides. */
  readonly override?: LimitOverride | undefined;
  /** Grows with every change. */
  readonly revision: number;
  /** Whether starts of jobs of the name are paused. */
  readonly paused: boolean;
}

/** Reports that a worker published limits that differ from those published before. */
export interface ReplacedLimits {
  /** The name of the jobs. */
  readonly name: string;
  /** The limits published before. */
  readonly before: JobLimits;
}

/**
 * Names the limit that keeps a waiting job from starting.
 *
 * - `paused`: the jobs of its name are paused.
 * - `held-back`: a handler called `holdBack`; starts with its key (or name) wait until `until`.
 * - `rate`: the rate allows no further start in this window; the next one may start at `until`.
 * - `concurrency`: the allowed number of jobs of its name is active.
 * - `concurrency-key`: the allowed number of jobs of its name and key is active.
 */
export interface LimitBarrier {
  /** The kind of limit. */
  readonly type: 'paused' | 'held-back' | 'rate' | 'concurrency' | 'concurrency-key';
  /** When it ends by itself, in epoch milliseconds, if known. */
  readonly until?: number;
  /** How many jobs are allowed, for a limit. */
  readonly max?: number;
  /** The id of the job that holds a strict key. */
  readonly heldBy?: string;
}

/**
 * Keeps the limits of the jobs of a queue by name, for all workers: `LeaseStore.exchange` hands out only jobs that
 * they allow now. Every change takes effect immediately, also for jobs that are already waiting.
 */
export interface LimitStore {
  /**
   * Takes over the limits of a worker's definitions, by name, `undefined` for none: the last worker that publishes
   * wins. Returns those names for which another worker had published something else.
   */
  publish(params: {
    readonly limits: ReadonlyMap<string, JobLimits | undefined>;
  }): Promise<readonly ReplacedLimits[]>;
  /** Overrides the published limits, or removes the override. */
  set(params: { readonly name: string; readonly limits: LimitOverride | undefined }): Promise<void>;
  /** Reads the limits of a name. */
  read(params: { readonly name: string }): Promise<StoredLimits>;
  /** Pauses or resumes the jobs of a name for all workers. Active jobs finish. */
  setPaused(params: { readonly name: string; readonly paused: boolean }): Promise<void>;
  /**
   * Prevents other jobs of an active job's line from starting until `ms` from now: its `rateKey` if it has one, else
   * its `concurrencyKey`, else its name. Returns whether the lease was held.
   */
  holdBack(params: {
    readonly lease: Lease;
    readonly ms: number;
    readonly now: number;
  }): Promise<boolean>;
  /** Lists the reasons why a waiting job does not start, the most lasting first; empty for any other job. */
  barriers(params: { readonly id: string; readonly now: number }): Promise<readonly LimitBarrier[]>;
}
