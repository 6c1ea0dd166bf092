import type { RateLimiter, TakeParams } from '@philjs/jobs-core';
import { defineScript, type Script } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/**
 * Reserves the next slot by the server's clock: `slot(n) = max(now, slot(n − max) + per)`. The list holds
 * the last `max` slots, oldest first. Arguments: the key, max, per. Answers the wait in microseconds.
 */
const takeScript: Script = defineScript(
  'TakeSlot',
  ['meta'],
  `
local key, max, per = prefix .. 'pj:rate:' .. arg(1), tonumber(arg(2)), tonumber(arg(3)) * 1000
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local slot = now
local nth = call('LINDEX', key, -max)
if nth then slot = math.max(now, tonumber(nth) + per) end
call('RPUSH', key, string.format('%.0f', slot))
call('LTRIM', key, -max, -1)
call('PEXPIRE', key, math.ceil((slot - now + per) / 1000) + 1000)
return slot - now
`,
);

/** Hands out starts under limits to all processes together, by the server's clock. */
export class RedisRateLimiter implements RateLimiter {
  readonly #store: QueueStore;

  constructor(store: QueueStore) {
    this.#store = store;
  }

  /** Reserves the next slot. */
  async take({ key, max, per }: TakeParams): Promise<{ waitMs: number }> {
    const waitMicros = (await this.#store.run(takeScript, [key, max, per])) as number;
    return { waitMs: Math.ceil(waitMicros / 1000) };
  }
}
