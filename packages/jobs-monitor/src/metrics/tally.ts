import {
  Histogram,
  type HistogramData,
  type MetricsBucket,
  type MetricsCounter,
} from '@philjs/jobs-core/backend';

/** Describes an input of a tally: a bucket, or the sums of another tally. */
type Part = Pick<MetricsBucket, 'counts' | 'wait' | 'run'> & {
  readonly lateness?: HistogramData;
};

/** Adds up buckets, of any number of workers, names and minutes. */
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

  /** Returns the value of a counter. */
  count(counter: MetricsCounter): number {
    return this.#counts.get(counter) ?? 0;
  }

  /** Returns the sums, to add to another tally. */
  toPart(): Part {
    return {
      counts: Object.fromEntries(this.#counts),
      wait: this.wait.toData(),
      run: this.run.toData(),
      lateness: this.lateness.toData(),
    };
  }
}
