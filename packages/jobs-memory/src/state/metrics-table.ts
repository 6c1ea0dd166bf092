import {
  Histogram,
  type HistogramData,
  type MetricsBucket,
  type MetricsCounter,
} from '@philjs/jobs-core';

/** How long minutes are kept: a day, and an hour so that none is missed at its edge. */
const KEPT_MS = 25 * 3_600_000;

/** What was recorded of one name in one minute. */
interface Entry {
  readonly counts: Map<MetricsCounter, number>;
  readonly wait: Histogram;
  readonly run: Histogram;
  lateness: Histogram | undefined;
}

/** Keeps what workers measured, by minute and name, for the last 25 hours that were recorded. */
export class MetricsTable {
  readonly #minutes = new Map<number, Map<string, Entry>>();
  #latest = Number.NEGATIVE_INFINITY;

  /** Merges buckets into the stored ones, and forgets the minutes that are too old. */
  record(buckets: readonly MetricsBucket[]): void {
    for (const bucket of buckets) {
      this.#latest = Math.max(this.#latest, bucket.minute);
      merge(this.#entryOf(bucket.minute, bucket.name), bucket);
    }
    for (const minute of this.#minutes.keys()) {
      if (minute < this.#latest - KEPT_MS) this.#minutes.delete(minute);
    }
  }

  /** Reads buckets by minute and name. */
  read(from: number, to: number): MetricsBucket[] {
    const minutes = [...this.#minutes.keys()].filter((minute) => minute >= from && minute < to);
    return minutes
      .sort((a, b) => a - b)
      .flatMap((minute) =>
        [...(this.#minutes.get(minute) ?? [])]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, entry]) => bucketOf(minute, name, entry)),
      );
  }

  /** Forgets everything recorded. */
  clear(): void {
    this.#minutes.clear();
    this.#latest = Number.NEGATIVE_INFINITY;
  }

  #entryOf(minute: number, name: string): Entry {
    const names = this.#minutes.get(minute) ?? new Map<string, Entry>();
    this.#minutes.set(minute, names);
    let entry = names.get(name);
    if (entry === undefined) {
      entry = {
        counts: new Map(),
        wait: new Histogram(),
        run: new Histogram(),
        lateness: undefined,
      };
      names.set(name, entry);
    }
    return entry;
  }
}

function merge(entry: Entry, bucket: MetricsBucket): void {
  for (const [key, count = 0] of Object.entries(bucket.counts)) {
    const counter = key as MetricsCounter;
    entry.counts.set(counter, (entry.counts.get(counter) ?? 0) + count);
  }
  entry.wait.merge(bucket.wait);
  entry.run.merge(bucket.run);
  if (bucket.lateness !== undefined) {
    entry.lateness ??= new Histogram();
    entry.lateness.merge(bucket.lateness);
  }
}

function bucketOf(minute: number, name: string, entry: Entry): MetricsBucket {
  const lateness: HistogramData | undefined = entry.lateness?.toData();
  return {
    minute,
    name,
    counts: Object.fromEntries(entry.counts),
    wait: entry.wait.toData(),
    run: entry.run.toData(),
    ...(lateness === undefined ? undefined : { lateness }),
  };
}
