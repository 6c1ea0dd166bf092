import {
  Histogram,
  type HistogramData,
  type MetricsBucket,
  type MetricsCounter,
} from '@philjs/jobs-core';

/** What can be added up: a bucket, or what another tally holds. */
type Part = Pick<MetricsBucket, 'counts' | 'wait' | 'run'> & {
  readonly lateness?: HistogramData;
};

/** Adds up what buckets hold, of any number of workers, names and minutes. */
export class Tally {
  readonly wait: Histogram = new Histogram();
  readonly run: Histogram = new Histogram();
  readonly lateness: Histogram = new Histogram();
  readonly #counts = new Map<MetricsCounter, number>();

  /** Adds up some buckets or tallies. */
  static of(parts: readonly (Part | Tally)[]): Tally {
    const tally = new Tally();
    for (const part of parts) tally.add(part instanceof Tally ? part.toPart() : part);
    return tally;
  }

  /** Adds one part. */
  add({ counts, wait, run, lateness }: Part): void {
    for (const [counter, count = 0] of Object.entries(counts)) {
      const known = this.count(counter as MetricsCounter);
      this.#counts.set(counter as MetricsCounter, known + count);
    }
    this.wait.merge(wait);
    this.run.merge(run);
    if (lateness !== undefined) this.lateness.merge(lateness);
  }

  /** Tells how often something happened. */
  count(counter: MetricsCounter): number {
    return this.#counts.get(counter) ?? 0;
  }

  /** Returns what it holds, to be added to another. */
  toPart(): Part {
    return {
      counts: Object.fromEntries(this.#counts),
      wait: this.wait.toData(),
      run: this.run.toData(),
      lateness: this.lateness.toData(),
    };
  }
}
