import type { MetricsBucket, MetricsStore } from '@philjs/jobs-core/backend';
import { type FlatBucket, flattenBucket, unflattenBucket } from '@philjs/jobs-core/internal';
import { luaSource } from '../script/lua-source.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** How many minutes are read at once. */
const BATCH = 200;

/**
 * Merges one bucket by adding. A minute is a hash whose fields are `name\\0what`. After the
 * arguments come pairs of what and how much.
 */
const recordScript = defineScript(
  'AddMetrics',
  'once minute name',
)(luaSource(new URL('./add-metrics.lua', import.meta.url)));

/** Forgets every minute. */
const clearScript = defineScript('ClearMetrics')(
  luaSource(new URL('./clear-metrics.lua', import.meta.url)),
);

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
