import type { RateLimiter, TakeParams } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import { CallBatch } from '../connection/call-batch.ts';
import { luaSource } from '../script/lua-source.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/**
 * Reserves the next slots by the server's clock: `slot(n) = max(now, slot(n − max) + per)`. The list of a key
 * holds its last `max` slots, oldest first. Takes key, max and per of each. Returns how long to wait for each slot, in
 * microseconds.
 */
const takeScript = defineScript('TakeSlots')<number[]>(
  luaSource(new URL('./take-slots.lua', import.meta.url)),
);

/** Reserves starts under rate limits that all processes share, by the server's clock; those of one turn in one step. */
export function redisRateLimiter(store: QueueStore): RateLimiter {
  const batch = new CallBatch<TakeParams, number>((asked) => {
    const args = asked.flatMap(({ key, max, per }) => [toText(key), max, per]);
    return store.run(takeScript, {}, args);
  });
  return {
    take: async (params) => {
      const [waitMicros = 0] = await batch.add([params]);
      return { waitMs: Math.ceil(waitMicros / 1000) };
    },
  };
}
