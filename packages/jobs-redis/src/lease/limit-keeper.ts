import type { JobLimits, LimitStore } from '@philjs/jobs-core/backend';
import { mendSlots } from '../limits/job-slots.ts';
import { reopenLines } from '../limits/reopen-lines.ts';
import { redisLimitStore } from '../parts/redis-limit-store.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** How often slots of jobs that are no longer active are freed. */
const EVERY_MS = 30_000;

/** Publishes the limits a worker knows before it takes its next jobs. */
export class LimitKeeper {
  readonly #store: QueueStore;
  readonly #limits: LimitStore;
  readonly #published = new Map<string, string>();
  /** The publications under way: no call of a worker goes on before their end. */
  #publishing: Promise<unknown> | undefined;
  readonly #everyMs: number;
  #mendedAt: number = performance.now();
  /** How many times the link had been connected when slots were freed last. */
  #connections = 1;

  /** @param everyMs - how often slots are freed, in milliseconds */
  constructor(store: QueueStore, everyMs: number = EVERY_MS) {
    this.#store = store;
    this.#limits = redisLimitStore(store);
    this.#everyMs = everyMs;
  }

  /** Returns whether there are limits, or slots are to be freed: also those of limits that no definition has. */
  isNeeded(limits: ReadonlyMap<string, JobLimits>): boolean {
    return limits.size > 0 || this.#isDue;
  }

  get #isDue(): boolean {
    return (
      this.#connections !== this.#store.link.connections ||
      performance.now() - this.#mendedAt >= this.#everyMs
    );
  }

  /** Publishes limits that are not published yet, or were lost, and frees slots when that is due. */
  async keep(limits: ReadonlyMap<string, JobLimits>): Promise<void> {
    if (this.#isDue) await this.#mend();
    const fresh = new Map<string, JobLimits>();
    for (const [name, limit] of limits) {
      const text = JSON.stringify(limit);
      if (this.#published.get(name) === text) continue;
      this.#published.set(name, text);
      fresh.set(name, limit);
    }
    if (fresh.size > 0) {
      const publishing = Promise.all([this.#publishing, this.#publish(fresh)]);
      const isOver = (): void => {
        if (this.#publishing === publishing) this.#publishing = undefined;
      };
      publishing.then(isOver, isOver);
      this.#publishing = publishing;
    }
    await this.#publishing;
  }

  /** Frees slots, and notes which limits are lost: a server without persistence has none after it was started again. */
  async #mend(): Promise<void> {
    const { connections } = this.#store.link;
    this.#mendedAt = performance.now();
    const names = new Set(await mendSlots(this.#store));
    await reopenLines(this.#store);
    this.#connections = connections;
    for (const name of this.#published.keys()) {
      if (!names.has(name)) this.#published.delete(name);
    }
  }

  /** Publishes limits; the next call tries again what could not be stored. */
  async #publish(limits: ReadonlyMap<string, JobLimits>): Promise<void> {
    try {
      await this.#limits.publish({ limits });
    } catch (error) {
      for (const name of limits.keys()) this.#published.delete(name);
      throw error;
    }
  }
}
