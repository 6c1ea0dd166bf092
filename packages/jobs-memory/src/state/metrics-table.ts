import { KEPT_METRICS_MS, type MetricsBucket } from '@philjs/jobs-core/backend';
import { addBuckets, type Measured } from './add-buckets.ts';

/** The number of names of a minute that are counted separately; later ones are counted together. */
const MOST_NAMES = 1000;
/** The name that counts the others. */
export const OTHER_NAMES = '(other names)';
/** The number of buckets kept at most: beyond that the oldest minutes are removed, even if younger than a day. */
const MOST_BUCKETS = 200_000;

/** Keeps the measurements of workers, by minute and name, for the last 25 hours that were recorded. */
export class MetricsTable {
  /** The buckets of each minute by name, as text: maps of numbers take some thousand bytes each, and a day has many. */
  readonly #minutes = new Map<number, Map<string, string>>();
  #latest = Number.NEGATIVE_INFINITY;
  #size = 0;

  /** Merges buckets into the stored ones, and forgets the minutes that are too old or too many. */
  record(buckets: readonly MetricsBucket[]): void {
    for (const bucket of buckets) {
      this.#latest = Math.max(this.#latest, bucket.minute);
      this.#add(bucket);
    }
    this.#forget();
  }

  /** Reads buckets by minute and name. */
  read(from: number, to: number): MetricsBucket[] {
    const minutes = [...this.#minutes.keys()].filter((minute) => minute >= from && minute < to);
    return minutes
      .sort((a, b) => a - b)
      .flatMap((minute) =>
        [...(this.#minutes.get(minute) ?? [])]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, text]) => ({ minute, name, ...(JSON.parse(text) as Measured) })),
      );
  }

  /** Forgets everything recorded. */
  clear(): void {
    this.#minutes.clear();
    this.#latest = Number.NEGATIVE_INFINITY;
    this.#size = 0;
  }

  #add(bucket: MetricsBucket): void {
    const { minute } = bucket;
    const names = this.#minutes.get(minute) ?? new Map<string, string>();
    this.#minutes.set(minute, names);
    const isNew = !names.has(bucket.name);
    const name = isNew && names.size >= MOST_NAMES ? OTHER_NAMES : bucket.name;
    const known = names.get(name);
    if (known === undefined) this.#size += 1;
    const { minute: _, name: __, ...measured } = bucket;
    const sum = known === undefined ? measured : addBuckets(JSON.parse(known), measured);
    names.set(name, JSON.stringify(sum));
  }

  #forget(): void {
    for (const [minute, names] of this.#minutes) {
      if (minute < this.#latest - KEPT_METRICS_MS) this.#drop(minute, names);
    }
    while (this.#size > MOST_BUCKETS) {
      const oldest = Math.min(...this.#minutes.keys());
      this.#drop(oldest, this.#minutes.get(oldest) ?? new Map());
    }
  }

  #drop(minute: number, names: ReadonlyMap<string, string>): void {
    this.#minutes.delete(minute);
    this.#size -= names.size;
  }
}
