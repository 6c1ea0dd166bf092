import type { RateLimiter, TakeParams } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import type { PostgresStore } from '../store/postgres-store.ts';

/** Reserves starts under rate limits. Calls for one key run one after the other: a pool would lose their order. */
export class PostgresRateLimiter implements RateLimiter {
  readonly #open: () => PostgresStore;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(open: () => PostgresStore) {
    this.#open = open;
  }

  /** Reserves the next slot, `max(now, slot(n − max) + per)`, and returns how far off it is, in milliseconds. */
  take({ key, max, per }: TakeParams): Promise<{ waitMs: number }> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const taken = before.then(async () => {
      const waitMs = Number(await this.#open().value('take_slot', [toText(key), max, per]));
      return { waitMs };
    });
    const settled: Promise<unknown> = taken
      .catch(() => undefined)
      .then(() => {
        if (this.#last.get(key) === settled) this.#last.delete(key);
      });
    this.#last.set(key, settled);
    return taken;
  }
}
