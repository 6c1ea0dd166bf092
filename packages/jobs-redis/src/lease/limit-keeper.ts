import type { JobLimits } from '@philjs/jobs-core';
import { mendSlots } from '../limits/job-slots.ts';
import { reopenLines } from '../limits/reopen-lines.ts';
import { learnLimits } from '../parts/redis-limit-store.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** How often slots of jobs that are no longer active are freed. */
const EVERY_MS = 30_000;

/** The limits of a worker's definitions. Such a map only grows. */
type KnownLimits = ReadonlyMap<string, JobLimits>;

/** Stores the limits that a worker knows before it takes its next jobs, where no worker has published any. */
export class LimitKeeper {
  readonly #store: QueueStore;
  /** How many entries of each map were stored, and when they are. */
  readonly #learnt = new WeakMap<
    KnownLimits,
    { readonly size: number; readonly done: Promise<string> }
  >();
  readonly #everyMs: number;
  #mendedAt: number = performance.now();
  /** How many times the link had been connected when slots were freed last. */
  #connections = 1;

  /** @param everyMs - how often slots are freed, in milliseconds */
  constructor(store: QueueStore, everyMs: number = EVERY_MS) {
    this.#store = store;
    this.#everyMs = everyMs;
  }

  /** Returns whether there are limits, or slots are to be freed: also those of limits that no definition has. */
  isNeeded(limits: KnownLimits): boolean {
    return limits.size > 0 || this.#isDue;
  }

  get #isDue(): boolean {
    return (
      this.#connections !== this.#store.link.connections ||
      performance.now() - this.#mendedAt >= this.#everyMs
    );
  }

  /**
   * Stores limits that are not stored yet, or were lost, and frees slots when that is due. Returns a name for what is stored,
   * which the server loses together with it.
   */
  async keep(limits: KnownLimits): Promise<string> {
    if (this.#isDue) await this.#mend(limits);
    const { size } = limits;
    let learnt = this.#learnt.get(limits);
    if (learnt?.size !== size) {
      learnt = { size, done: learnLimits(this.#store, limits) };
      this.#learnt.set(limits, learnt);
      // The next call tries again what could not be stored.
      learnt.done.catch(() => this.#learnt.delete(limits));
    }
    return learnt.done;
  }

  /** Notes that the server has lost limits: the next call stores them again. */
  areLost(limits: KnownLimits): void {
    this.#learnt.delete(limits);
  }

  /**
   * Frees slots, and notes whether limits are lost. An exchange notices where the server has lost all; only this finds what a
   * replica had not got when it took over.
   */
  async #mend(limits: KnownLimits): Promise<void> {
    const { connections } = this.#store.link;
    this.#mendedAt = performance.now();
    const names = new Set(await mendSlots(this.#store));
    await reopenLines(this.#store);
    this.#connections = connections;
    for (const name of limits.keys()) if (!names.has(name)) this.#learnt.delete(limits);
  }
}
