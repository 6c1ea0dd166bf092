import type { Clock } from '../clock/clock.ts';
import type { MetricsBucket, MetricsCounter, MetricsStore } from '../contract/metrics-store.ts';
import { keepLayout } from '../in-flight/keep-layout.ts';
import { Histogram } from './histogram.ts';

const MINUTE_MS = 60_000;
const FLUSH_EVERY_MS = 1000;

class OpenBucket {
  readonly name: string;
  readonly counts: { [counter in MetricsCounter]?: number } = {};
  readonly wait: Histogram = new Histogram();
  readonly run: Histogram = new Histogram();

  constructor(name: string) {
    this.name = name;
  }

  count(counter: MetricsCounter): void {
    this.counts[counter] = (this.counts[counter] ?? 0) + 1;
  }

  static {
    const sample = new OpenBucket('');
    sample.count('completed');
    sample.wait.record(0.5);
    sample.run.record(0.5);
    keepLayout(sample);
  }
}

/**
 * Collects this process's measurements of its jobs, per name and minute, and passes them to the store about once a
 * second while there are any; an idle worker sets no timer.
 */
export class MetricsRecorder {
  readonly #store: MetricsStore;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #open = new Map<string, OpenBucket>();
  /** The bucket counted in last: the next job most often has the same name. */
  #last: OpenBucket | undefined;
  #minute = 0;
  #armed = false;
  #flushing: Promise<void> = Promise.resolve();

  constructor(store: MetricsStore, clock: Clock, onError: (error: unknown) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Counts an event without a duration. */
  count(name: string, counter: MetricsCounter): void {
    this.#bucket(name, this.#clock.now()).count(counter);
  }

  /** Counts the end of a run: its outcome, how long the job had been waiting, how long it ran. */
  ended(
    name: string,
    counter: MetricsCounter,
    endedAt: number,
    waitMs: number,
    runMs: number,
  ): void {
    const bucket = this.#bucket(name, endedAt);
    bucket.count(counter);
    bucket.wait.record(waitMs);
    bucket.run.record(runMs);
  }

  /** Passes all data to the store. Never rejects. */
  flush(): Promise<void> {
    const buckets = this.#take();
    if (buckets.length > 0) {
      this.#flushing = this.#flushing
        .then(() => this.#store.record({ buckets }))
        .catch(this.#onError);
    }
    return this.#flushing;
  }

  #bucket(name: string, at: number): OpenBucket {
    const isNow = at >= this.#minute && at < this.#minute + MINUTE_MS;
    if (isNow && this.#last !== undefined && this.#last.name === name) return this.#last;
    if (!isNow) {
      if (this.#open.size > 0) void this.flush();
      this.#minute = at - (at % MINUTE_MS);
    }
    const bucket = this.#open.get(name) ?? this.#make(name);
    this.#last = bucket;
    return bucket;
  }

  #make(name: string): OpenBucket {
    const bucket = new OpenBucket(name);
    this.#open.set(name, bucket);
    this.#arm();
    return bucket;
  }

  #take(): MetricsBucket[] {
    const buckets = [...this.#open].map(([name, { counts, wait, run }]) => ({
      minute: this.#minute,
      name,
      counts,
      wait: wait.toData(),
      run: run.toData(),
    }));
    this.#open.clear();
    this.#last = undefined;
    return buckets;
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    const flush = (): void => {
      this.#armed = false;
      void this.flush();
    };
    this.#clock.setTimeout(flush, FLUSH_EVERY_MS, { background: true });
  }
}
