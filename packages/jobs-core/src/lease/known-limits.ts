import type { ConsumeParams } from '../contract/consumer.ts';
import type { JobLimits } from '../contract/job-limits.ts';
import type { Stalls } from './stalls.ts';

/** Collects the limits of a worker's jobs: definitions become known while it runs, and are never forgotten. */
export class KnownLimits {
  readonly #params: Pick<ConsumeParams, 'limits' | 'concurrencyLimits'>;
  readonly #known = new Map<string, JobLimits>();

  /** How often they may lose their worker. */
  readonly stalls: Stalls;

  constructor(params: ConsumeParams) {
    const { maxStalledCount: max, maxStalledCounts: maxOf = new Map(), stalledError } = params;
    this.#params = params;
    this.stalls = { max, maxOf, error: stalledError };
  }

  /** Returns the limits of each name known by now. */
  get(): ReadonlyMap<string, JobLimits> {
    const { limits, concurrencyLimits } = this.#params;
    if (limits !== undefined) return limits;
    if (concurrencyLimits.size !== this.#known.size) {
      for (const [name, concurrency] of concurrencyLimits) this.#known.set(name, { concurrency });
    }
    return this.#known;
  }
}
