import {
  type FlatBucket,
  flattenBucket,
  KEPT_METRICS_MS,
  type MetricsBucket,
  type MetricsStore,
  unflattenBucket,
} from '@philjs/jobs-core/backend';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** How many minutes are read at once. */
const BATCH = 200;

/**
 * Merges one bucket by adding. A minute is a hash whose fields are `name\\0what`. After the
 * arguments come pairs of what and how much.
 */
const recordScript = defineScript('AddMetrics', 'once minute name')`
local key = prefix .. 'pj:metrics:' .. minute
for i = 1, restSize, 2 do
  call('HINCRBYFLOAT', key, name .. '\\0' .. rest(i), rest(i + 1))
end
call('PEXPIREAT', key, minute + ${KEPT_METRICS_MS})
call('ZADD', prefix .. 'pj:minutes', minute, minute)
call('ZREMRANGEBYSCORE', prefix .. 'pj:minutes', '-inf', '(' .. (minute - ${KEPT_METRICS_MS}))
return 1
`;

/** Reads the minutes from one to before another. Returns each with its hash. */
const readScript = defineScript('Metrics', 'from to')<[minute: string, hash: string[]][]>`
local found = {}
for _, minute in ipairs(call('ZRANGEBYSCORE', prefix .. 'pj:minutes', from, '(' .. to, 'LIMIT', 0, ${BATCH})) do
  found[#found + 1] = { minute, call('HGETALL', prefix .. 'pj:metrics:' .. minute) }
end
return found
`;

/** Forgets every minute. */
const clearScript = defineScript('ClearMetrics')`
for _, minute in ipairs(call('ZRANGE', prefix .. 'pj:minutes', 0, -1)) do call('DEL', prefix .. 'pj:metrics:' .. minute) end
return call('DEL', prefix .. 'pj:minutes')
`;

/** Keeps what workers measured in one hash a minute, for a day and an hour. */
export function redisMetricsStore(store: QueueStore): MetricsStore {
  return {
    record: async ({ buckets }) => {
      for (const bucket of buckets) {
        const added = Object.entries(flattenBucket(bucket)).filter(([, amount]) => amount !== 0);
        const { minute, name } = bucket;
        await store.run(recordScript, { minute, name }, added.flat());
      }
    },
    read: async ({ from, to }) => {
      const buckets: MetricsBucket[] = [];
      for (let next = from, more = true; more; ) {
        const found = await store.run(readScript, { from: next, to });
        for (const [minute, hash] of found) {
          next = Number(minute) + 1;
          buckets.push(...bucketsOf(Number(minute), hash));
        }
        more = found.length >= BATCH;
      }
      return buckets;
    },
    clear: async () => {
      await store.run(clearScript, {});
    },
  };
}

function bucketsOf(minute: number, hash: readonly string[]): MetricsBucket[] {
  const byName = new Map<string, FlatBucket>();
  for (let i = 0; i + 1 < hash.length; i += 2) {
    const [name = '', what = ''] = (hash[i] ?? '').split('\0');
    const flat = byName.get(name) ?? {};
    byName.set(name, flat);
    flat[what] = Number(hash[i + 1]);
  }
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flat]) => unflattenBucket(minute, name, flat));
}
