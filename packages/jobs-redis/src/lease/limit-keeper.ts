import type { JobLimits } from '@philjs/jobs-core';
import { adoptJobsScript, keepLimitsScript } from '../script/limit-scripts.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** How often the limits are looked after. */
const EVERY_MS = 30_000;
/** How many waiting jobs are brought under a new limit at once. */
const BATCH = 1000;

/** Publishes the limits of the jobs a worker knows, takes back those that are none any more, and mends slots. */
export class LimitKeeper {
  readonly #store: QueueStore;
  readonly #names: () => Iterable<string>;
  #published = new Map<string, number>();
  #at = Number.NEGATIVE_INFINITY;

  /** @param names lists the jobs the worker knows */
  constructor(store: QueueStore, names: () => Iterable<string>) {
    this.#store = store;
    this.#names = names;
  }

  /** Tells whether they are to be published, so that what is handed out next keeps to them. */
  isStale(limits: ReadonlyMap<string, JobLimits>): boolean {
    if (performance.now() - this.#at >= EVERY_MS) return true;
    for (const [name, { concurrency }] of limits) {
      if (this.#published.get(name) !== concurrency) return true;
    }
    return false;
  }

  /** Publishes them; brings what waits already under those that are new. */
  async publish(limits: ReadonlyMap<string, JobLimits>): Promise<void> {
    const args = [...new Set([...this.#names(), ...limits.keys()])].flatMap((name) => [
      name,
      limits.get(name)?.concurrency ?? 0,
    ]);
    const fresh = (await this.#store.run(keepLimitsScript, args)) as string[];
    for (let from = fresh.length > 0 ? 0 : -1; from >= 0; ) {
      from = (await this.#store.run(adoptJobsScript, [from, BATCH, ...fresh])) as number;
    }
    this.#published = new Map();
    for (const [name, { concurrency }] of limits) {
      if (concurrency !== undefined) this.#published.set(name, concurrency);
    }
    this.#at = performance.now();
  }
}
