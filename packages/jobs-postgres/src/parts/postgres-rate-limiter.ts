import type { RateLimiter, TakeParams } from '@philjs/jobs-core';
import type { PostgresStore } from '../store/postgres-store.ts';
import { toText } from '../store/text.ts';

/** Hands out starts under limits. Calls for one key go one after the other: over a pool they would lose their order. */
export class PostgresRateLimiter implements RateLimiter {
  readonly #open: () => PostgresStore;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(open: () => PostgresStore) {
    this.#open = open;
  }

  /** Reserves the next slot, `max(now, slot(n − max) + per)`, and answers how far off it is. */
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
