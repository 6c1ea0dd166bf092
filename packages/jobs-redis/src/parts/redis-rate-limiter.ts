import type { RateLimiter, TakeParams } from '@philjs/jobs-core';
import { toText } from '@philjs/jobs-core/backend';
import { CallBatch } from '../connection/call-batch.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/**
 * Reserves the next slots by the server's clock: `slot(n) = max(now, slot(n − max) + per)`. The list of a key
 * holds its last `max` slots, oldest first. Takes key, max, per and how many, for each key. Returns how long to
 * wait for each slot, in microseconds.
 */
const takeScript = defineScript('TakeSlots')<number[]>`
local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local waits = {}
for first = 1, restSize, 4 do
  local key, max, per = prefix .. 'pj:rate:' .. rest(first), tonumber(rest(first + 1)), tonumber(rest(first + 2)) * 1000
  local count = tonumber(rest(first + 3))
  local length = call('LLEN', key)
  -- Reads the slot that is \`max\` places before the first new one, and those after it.
  local start = length - max
  local from = math.max(0, start)
  local known = start + count > 0 and call('LRANGE', key, from, start + count - 1) or {}
  local slots, shown = {}, {}
  for i = 1, count do
    local nth = start + i - 1
    local before = nth >= length and slots[nth - length + 1] or nth >= 0 and tonumber(known[nth - from + 1])
    slots[i] = before and math.max(now, before + per) or now
    shown[i] = string.format('%.0f', slots[i])
    waits[#waits + 1] = slots[i] - now
  end
  call('RPUSH', key, unpack(shown))
  call('LTRIM', key, -max, -1)
  call('PEXPIRE', key, math.ceil((slots[count] - now + per) / 1000) + 1000)
end
return waits
`;

/** Reserves starts under rate limits that all processes share, by the server's clock. */
export function redisRateLimiter(store: QueueStore): RateLimiter {
  const batch = new CallBatch<TakeParams, number>((asked) => take(store, asked));
  return {
    take: async (params) => {
      const [waitMicros = 0] = await batch.add([params]);
      return { waitMs: Math.ceil(waitMicros / 1000) };
    },
  };
}

/** Reserves slots; neighbours in the list that have the same limit are reserved in one step. */
function take(store: QueueStore, asked: readonly TakeParams[]): Promise<readonly number[]> {
  const steps: { readonly params: TakeParams; count: number }[] = [];
  for (const params of asked) {
    const last = steps.at(-1);
    if (last !== undefined && isSame(last.params, params)) last.count += 1;
    else steps.push({ params, count: 1 });
  }
  const args = steps.flatMap(({ params: { key, max, per }, count }) => [
    ...[toText(key), max, per, count],
  ]);
  return store.run(takeScript, {}, args);
}

function isSame(a: TakeParams, b: TakeParams): boolean {
  return a.key === b.key && a.max === b.max && a.per === b.per;
}
