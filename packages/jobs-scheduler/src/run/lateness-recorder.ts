import { type Clock, Histogram, type MetricsBucket, type MetricsStore } from '@philjs/jobs-core';

const MINUTE_MS = 60_000;
const FLUSH_EVERY_MS = 1000;

/** Collects how late ticks were fired, and writes it to the store about once a second while there is new data. */
export class LatenessRecorder {
  readonly #store: MetricsStore | undefined;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  /** By the minute of the tick's firing and the name of the job. */
  readonly #open = new Map<string, { minute: number; name: string; lateness: Histogram }>();
  #isArmed = false;
  #flushing: Promise<void> = Promise.resolve();

  constructor(store: MetricsStore | undefined, clock: Clock, onError: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Notes one tick. */
  record(name: string, firedAt: number, latenessMs: number): void {
    if (this.#store === undefined) return;
    const minute = firedAt - (firedAt % MINUTE_MS);
    const key = `${minute} ${name}`;
    const bucket = this.#open.get(key) ?? { minute, name, lateness: new Histogram() };
    this.#open.set(key, bucket);
    bucket.lateness.record(latenessMs);
    this.#arm();
  }

  /** Gives everything collected to the store. Never rejects. */
  flush(): Promise<void> {
    const nothing = new Histogram().toData();
    const buckets: MetricsBucket[] = [...this.#open.values()].map(({ minute, name, lateness }) => ({
      minute,
      name,
      counts: {},
      wait: nothing,
      run: nothing,
      lateness: lateness.toData(),
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
