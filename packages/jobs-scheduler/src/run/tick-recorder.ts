import type { Clock } from '@philjs/jobs-core';
import type { TickCounter } from '@philjs/jobs-core/backend';
import { Histogram, type MetricsBucket, type MetricsStore } from '@philjs/jobs-core/backend';

const MINUTE_MS = 60_000;
const FLUSH_EVERY_MS = 1000;

type Counts = { [counter in TickCounter]?: number };

interface OpenBucket {
  readonly minute: number;
  readonly name: string;
  readonly counts: Counts;
  lateness: Histogram | undefined;
}

/**
 * Collects the results of ticks and how late they were fired, and writes it to the store about once a second while
 * there is new data.
 */
export class TickRecorder {
  readonly #store: MetricsStore | undefined;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  /** By the minute of the decision and the name of the job. */
  readonly #open = new Map<string, OpenBucket>();
  #isArmed = false;
  #flushing: Promise<void> = Promise.resolve();

  constructor(store: MetricsStore | undefined, clock: Clock, onError: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Notes how late one tick was fired. */
  record(name: string, firedAt: number, latenessMs: number): void {
    const bucket = this.#bucket(name, firedAt);
    if (bucket === undefined) return;
    bucket.lateness ??= new Histogram();
    bucket.lateness.record(latenessMs);
  }

  /** Counts ticks. */
  count(name: string, decidedAt: number, counter: TickCounter, by = 1): void {
    const bucket = this.#bucket(name, decidedAt);
    if (bucket === undefined || by === 0) return;
    bucket.counts[counter] = (bucket.counts[counter] ?? 0) + by;
  }

  #bucket(name: string, at: number): OpenBucket | undefined {
    if (this.#store === undefined) return undefined;
    const minute = at - (at % MINUTE_MS);
    const key = `${minute} ${name}`;
    const bucket = this.#open.get(key) ?? { minute, name, counts: {}, lateness: undefined };
    this.#open.set(key, bucket);
    this.#arm();
    return bucket;
  }

  /** Gives everything collected to the store. Never rejects. */
  flush(): Promise<void> {
    const nothing = new Histogram().toData();
    const buckets: MetricsBucket[] = [...this.#open.values()].map((bucket) => ({
      minute: bucket.minute,
      name: bucket.name,
      counts: bucket.counts,
      wait: nothing,
      run: nothing,
      ...(bucket.lateness && { lateness: bucket.lateness.toData() }),
    }));
    this.#open.clear();
    if (buckets.length > 0) {
      this.#flushing = this.#flushing
        .then(() => this.#store?.record({ buckets }))
        .catch(this.#onError);
    }
    return this.#flushing;
  }

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    const flush = (): void => {
      this.#isArmed = false;
      void this.flush();
    };
    this.#clock.setTimeout(flush, FLUSH_EVERY_MS, { background: true });
  }
}
