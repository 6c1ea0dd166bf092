import type { Lease } from './consumer.ts';
import type { JobLimits } from './job-limits.ts';

/** Replaces parts of what the definitions limit: `null` for no limit; what is absent stays as they say. */
export interface LimitOverride {
  /** At most how many jobs of the name are active at once. */
  readonly concurrency?: number | null;
  /** At most how many jobs of the name with the same `concurrencyKey` are active at once. */
  readonly concurrencyPerKey?: number | null;
  /** How often jobs of the name with the same `rateKey` may start. */
  readonly rate?: { readonly max: number; readonly per: number } | null;
}

/** Describes the limits of one name as the store keeps them. */
export interface StoredLimits {
  /** What holds: what was published, with what was set in its place. */
  readonly limits: JobLimits;
  /** What a worker published last. */
  readonly published?: JobLimits;
  /** What was set in its place. */
  readonly override?: LimitOverride;
  /** Grows with every change. */
  readonly revision: number;
  /** Whether no job of the name is to start. */
  readonly paused: boolean;
}

/** Says that a worker published other limits than were published before. */
export interface ReplacedLimits {
  /** The name of the jobs. */
  readonly name: string;
  /** What was published before. */
  readonly before: JobLimits;
}

/**
 * Names what keeps a waiting job from starting.
 *
 * - `paused`: jobs of its name are.
 * - `held-back`: a handler asked to hold back its line until `until`.
 * - `rate`: as many have started in the window as its rate allows; the next one may at `until`.
 * - `concurrency`: as many jobs of its name are active as may be.
 * - `concurrency-key`: as many jobs of its name and key are active as may be.
 */
export interface LimitBarrier {
  /** What it is. */
  readonly type: 'paused' | 'held-back' | 'rate' | 'concurrency' | 'concurrency-key';
  /** When it ends by itself, in epoch milliseconds, where that is known. */
  readonly until?: number;
  /** How many jobs are allowed, for a limit. */
  readonly max?: number;
}

/**
 * Keeps the limits of the jobs of a queue by name, for all workers: `LeaseStore.exchange` hands out only
 * what they allow now. Every change holds at once, for jobs that wait already as well.
 */
export interface LimitStore {
  /**
   * Takes over what the definitions of a worker limit, by name, `undefined` for nothing: the last worker
   * that publishes wins. Answers where another one had published something else.
   */
  publish(params: {
    readonly limits: ReadonlyMap<string, JobLimits | undefined>;
  }): Promise<readonly ReplacedLimits[]>;
  /** Sets limits in place of those that are published, or takes that back. */
  set(params: { readonly name: string; readonly limits: LimitOverride | undefined }): Promise<void>;
  /** Reads the limits of a name. */
  read(params: { readonly name: string }): Promise<StoredLimits>;
  /** Pauses or resumes the jobs of a name for all workers. Active jobs finish. */
  setPaused(params: { readonly name: string; readonly paused: boolean }): Promise<void>;
  /**
   * Lets no other job of the line of an active one start until `ms` from now: of its `rateKey` if it has
   * one, else of its `concurrencyKey`, else of its name. Answers whether the lease was held.
   */
  holdBack(params: {
    readonly lease: Lease;
    readonly ms: number;
    readonly now: number;
  }): Promise<boolean>;
  /** Finds what keeps a waiting job from starting, the most lasting first; nothing for any other job. */
  barriers(params: { readonly id: string; readonly now: number }): Promise<readonly LimitBarrier[]>;
}
