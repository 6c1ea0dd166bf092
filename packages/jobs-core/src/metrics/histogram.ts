/**
 * The growth from one bucket to the next. A value is read back as the middle of its bucket, which
 * is off by at most (γ − 1) / (γ + 1) ≈ 1 %.
 */
const GAMMA = 1.02;
const LOG_GAMMA = Math.log(GAMMA);
/** The end of the lowest bucket, in milliseconds; shorter values count as this. */
const LOWEST_MS = 0.01;

/**
 * The buckets of the first thousand whole milliseconds, the usual values of a clock: a logarithm for each value costs
 * too much.
 */
const BUCKETS_OF_MS: readonly number[] = Array.from({ length: 1024 }, (_, ms) => bucketOf(ms));

/**
 * Holds the counts of a histogram with logarithmic buckets, as in DDSketch (Masson, Rim and Lee,
 * VLDB 2019): bucket `i` counts the values `v` with `γ^(i−1) < v / 0.01 ms ≤ γ^i`, γ = 1.02. Two of
 * them merge by adding, so percentiles over many processes are as exact as over one.
 */
export interface HistogramData {
  /** The number of values in each bucket, by bucket index; empty buckets are absent. */
  readonly buckets: { readonly [index: string]: number };
  /** The sum of all values in milliseconds. */
  readonly sum: number;
}

/** Collects durations so that percentiles can be read with a relative error of at most 1 %. */
export class Histogram {
  /** The count of each bucket at its index; those that are empty are holes. */
  readonly #buckets: number[] = [];
  #count = 0;
  #sum = 0;
  /** The last value beyond the table, and its bucket. */
  #lastValue = 0.5;
  #lastIndex = bucketOf(0.5);

  /** Makes a histogram, optionally from the data of others. */
  static from(...data: readonly HistogramData[]): Histogram {
    const histogram = new Histogram();
    for (const part of data) histogram.merge(part);
    return histogram;
  }

  /** How many values it holds. */
  get count(): number {
    return this.#count;
  }

  /** The sum of all values in milliseconds. */
  get sum(): number {
    return this.#sum;
  }

  /** Adds one duration in milliseconds. Negative ones, from clocks that disagree, count as 0. */
  record(durationMs: number): void {
    const value = Math.max(durationMs, 0);
    const index = this.#indexOf(value);
    this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    this.#count += 1;
    this.#sum += value;
  }

  /** Finds the bucket of a value. Jobs that were enqueued together and start together have waited equally long. */
  #indexOf(value: number): number {
    const known = BUCKETS_OF_MS[value];
    if (known !== undefined) return known;
    if (value !== this.#lastValue) {
      this.#lastValue = value;
      this.#lastIndex = bucketOf(value);
    }
    return this.#lastIndex;
  }

  /** Adds the data of another histogram. */
  merge(data: HistogramData): void {
    for (const [index, count] of Object.entries(data.buckets)) {
      const key = Number(index);
      this.#buckets[key] = (this.#buckets[key] ?? 0) + count;
      this.#count += count;
    }
    this.#sum += data.sum;
  }

  /** Returns the duration in milliseconds that `fraction` (0 to 1) of the values do not exceed. */
  quantile(fraction: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(fraction * this.#count));
    let seen = 0;
    // The sparse indexes come in ascending order.
    for (const [index, count] of Object.entries(this.#buckets)) {
      seen += count;
      if (seen >= rank) return middleOf(Number(index));
    }
    return undefined;
  }

  /** Returns how many values do not exceed each of the given bounds in milliseconds. */
  cumulative(boundsMs: readonly number[]): number[] {
    return boundsMs.map((bound) =>
      this.#buckets.reduce(
        (sum, count, index) => (middleOf(index) <= bound ? sum + count : sum),
        0,
      ),
    );
  }

  /** Returns its data, to be merged elsewhere. */
  toData(): HistogramData {
    return { buckets: Object.fromEntries(Object.entries(this.#buckets)), sum: this.#sum };
  }
}

function bucketOf(value: number): number {
  return value <= LOWEST_MS ? 0 : Math.ceil(Math.log(value / LOWEST_MS) / LOG_GAMMA);
}

function middleOf(index: number): number {
  if (index === 0) return LOWEST_MS / 2;
  return (2 * LOWEST_MS * GAMMA ** index) / (1 + GAMMA);
}
