import { KEPT_METRICS_MS, type MetricsBucket, type MetricsStore } from '@philjs/jobs-core/backend';
import {
  type FlatBucket,
  flattenBucket,
  fromText,
  toText,
  unflattenBucket,
} from '@philjs/jobs-core/internal';
import type { PostgresStore } from '../store/postgres-store.ts';

/** Keeps what workers measured, by minute and name, for the last 25 hours that were recorded. */
export class PostgresMetricsStore implements MetricsStore {
  readonly #open: () => PostgresStore;

  constructor(open: () => PostgresStore) {
    this.#open = open;
  }

  /** Merges buckets into the stored ones, and forgets the minutes that are too old. */
  async record({ buckets }: Parameters<MetricsStore['record']>[0]): Promise<void> {
    // Buckets of one minute and name go into separate calls: one statement can change a row only once.
    const rounds: MetricsBucket[][] = [];
    const seen = new Map<string, number>();
    for (const bucket of buckets) {
      const key = `${bucket.minute} ${bucket.name}`;
      const round = seen.get(key) ?? 0;
      seen.set(key, round + 1);
      rounds[round] ??= [];
      rounds[round]?.push(bucket);
    }
    for (const round of rounds) {
      const rows = round.map((bucket) => {
        const { minute, name } = bucket;
        return { minute, name: toText(name), numbers: flattenBucket(bucket) };
      });
      await this.#open().value('record_metrics', [JSON.stringify(rows), KEPT_METRICS_MS]);
    }
  }

  /** Reads buckets by minute and name. */
  async read({ from, to }: Parameters<MetricsStore['read']>[0]): Promise<MetricsBucket[]> {
    const sql = `SELECT minute, name, numbers::text FROM @.metrics
      WHERE queue = $1 AND minute >= $2 AND minute < $3 ORDER BY minute, name COLLATE "C"`;
    const rows = await this.#open().query(sql, [from, to]);
    return rows.map((row) =>
      unflattenBucket(
        Number(row['minute']),
        fromText(String(row['name'])),
        JSON.parse(String(row['numbers'])) as FlatBucket,
      ),
    );
  }

  /** Forgets everything recorded. */
  async clear(): Promise<void> {
    await this.#open().query('DELETE FROM @.metrics WHERE queue = $1');
  }
}
