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
      const { link, key } = store;
      const minutes = await link.run((client) =>
        client.zrangebyscore(key('pj:minutes'), from, `(${to}`),
      );
      const buckets: MetricsBucket[] = [];
      for (let first = 0; first < minutes.length; first += BATCH) {
        const some = minutes.slice(first, first + BATCH);
        const hashes = await link.run((client) =>
          Promise.all(some.map((minute) => client.hgetall(key(`pj:metrics:${minute}`)))),
        );
        for (const [at, hash] of hashes.entries())
          buckets.push(...bucketsOf(Number(some[at]), hash));
      }
      return buckets;
    },
    clear: async () => {
      await store.run(clearScript, {});
    },
  };
}

function bucketsOf(minute: number, hash: Readonly<Record<string, string>>): MetricsBucket[] {
  const byName = new Map<string, FlatBucket>();
  for (const [field, amount] of Object.entries(hash)) {
    const [name = '', what = ''] = field.split('\0');
    const flat = byName.get(name) ?? {};
    byName.set(name, flat);
    flat[what] = Number(amount);
  }
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flat]) => unflattenBucket(minute, name, flat));
}
