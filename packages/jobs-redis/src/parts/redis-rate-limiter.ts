import type { RateLimiter, TakeParams } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/backend';
import { CallBatch } from '../connection/call-batch.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/**
 * Reserves the next slots by the server's clock: `slot(n) = max(now, slot(n − max) + per)`. The list of a key
 * holds its last `max` slots, oldest first. Takes key, max and per of each. Returns how long to wait for each slot, in
 * microseconds.
 */
const takeScript = defineScript('TakeSlots')<number[]>`
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local waits = {}
for first = 1, restSize, 3 do
  local key, max, per = prefix .. 'pj:rate:' .. rest(first), tonumber(rest(first + 1)), tonumber(rest(first + 2)) * 1000
  local before = call('LINDEX', key, -max)
  local slot = before and math.max(now, before + per) or now
  call('RPUSH', key, string.format('%.0f', slot))
  call('LTRIM', key, -max, -1)
  call('PEXPIRE', key, math.ceil((slot - now + per) / 1000) + 1000)
  waits[#waits + 1] = slot - now
end
return waits
`;

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
