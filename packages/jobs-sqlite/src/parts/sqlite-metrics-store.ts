import {
  Histogram,
  KEPT_METRICS_MS,
  type MetricsBucket,
  type MetricsStore,
} from '@philjs/jobs-core/backend';
import { fromText, toText } from '@philjs/jobs-core/internal';
import type { SqliteQueueStore } from '../state/queue-store.ts';

type Stored = Omit<MetricsBucket, 'minute' | 'name'>;

/** Keeps what workers measured, by minute and name, for the last 25 hours that were recorded. */
export class SqliteMetricsStore implements MetricsStore {
  readonly #open: () => SqliteQueueStore;

  constructor(open: () => SqliteQueueStore) {
    this.#open = open;
  }

  /** Merges buckets into the stored ones, and forgets the minutes that are too old. */
  async record({ buckets }: Parameters<MetricsStore['record']>[0]): Promise<void> {
    const { file, queue } = this.#open();
    await file.atomically(() => {
      for (const { minute, name, ...bucket } of buckets) {
        const row = file.get(
          'SELECT bucket FROM philjs_jobs_metrics WHERE queue = ? AND minute = ? AND name = ?',
          queue,
          minute,
          toText(name),
        );
        const known = row === undefined ? undefined : (JSON.parse(String(row['bucket'])) as Stored);
        file.run(
          'INSERT OR REPLACE INTO philjs_jobs_metrics VALUES (?, ?, ?, ?)',
          queue,
          minute,
          toText(name),
          JSON.stringify(known === undefined ? bucket : merge(known, bucket)),
        );
      }
      file.run(
        `DELETE FROM philjs_jobs_metrics WHERE queue = ?1 AND minute < (SELECT max(minute) FROM philjs_jobs_metrics WHERE queue = ?1) - ?2`,
        queue,
        KEPT_METRICS_MS,
      );
    });
  }

  /** Reads buckets by minute and name. */
  async read({ from, to }: Parameters<MetricsStore['read']>[0]): Promise<MetricsBucket[]> {
    const { file, queue } = this.#open();
    const sql =
      'SELECT * FROM philjs_jobs_metrics WHERE queue = ? AND minute >= ? AND minute < ? ORDER BY minute, name';
    return file.all(sql, queue, from, to).map((row) => ({
      minute: Number(row['minute']),
      name: fromText(String(row['name'])),
      ...(JSON.parse(String(row['bucket'])) as Stored),
    }));
  }

  /** Forgets everything recorded. */
  async clear(): Promise<void> {
    const { file, queue } = this.#open();
    await file.atomically(() => file.run('DELETE FROM philjs_jobs_metrics WHERE queue = ?', queue));
  }
}

function merge(a: Stored, b: Stored): Stored {
  const counts: Record<string, number> = { ...a.counts };
  for (const [counter, count = 0] of Object.entries(b.counts)) {
    counts[counter] = (counts[counter] ?? 0) + count;
  }
  const lateness = [a.lateness, b.lateness].filter((data) => data !== undefined);
  return {
    counts,
    wait: Histogram.from(a.wait, b.wait).toData(),
    run: Histogram.from(a.run, b.run).toData(),
    ...(lateness.length > 0 && { lateness: Histogram.from(...lateness).toData() }),
  };
}
