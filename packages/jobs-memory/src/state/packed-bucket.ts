import type { HistogramData, MetricsBucket, MetricsCounter } from '@philjs/jobs-core/backend';

const COUNTERS: readonly MetricsCounter[] = [
  'completed',
  'failed',
  'retried',
  'snoozed',
  'stalled',
  'cancelled',
  'ticksFired',
  'ticksMissed',
  'ticksSkippedOverlap',
  'ticksSkippedCatchUp',
  'ticksSkippedPaused',
  'ticksSkippedDeduplicated',
  'ticksSkippedPayload',
];

/** Holds the sum of a histogram, then the index and the count of each of its buckets. */
type Numbers = readonly number[];

/** Is a stored bucket of metrics: the counters, then the histograms `wait`, `run` and perhaps `lateness`. */
type Packed = readonly [counts: Numbers, wait: Numbers, run: Numbers, lateness?: Numbers];

/**
 * Packs the measurements of one name in one minute into text: about 60 bytes for a few jobs, where maps and arrays
 * take some thousand. Twenty names make 30,000 buckets a day.
 */
export function packBucket({ counts, wait, run, lateness }: MetricsBucket): string {
  const counted = COUNTERS.map((counter) => counts[counter] ?? 0);
  while (counted.at(-1) === 0) counted.pop();
  const packed: Packed =
    lateness === undefined
      ? [counted, numbersOf(wait), numbersOf(run)]
      : [counted, numbersOf(wait), numbersOf(run), numbersOf(lateness)];
  return JSON.stringify(packed);
}

/** Unpacks a bucket. */
export function unpackBucket(text: string, minute: number, name: string): MetricsBucket {
  const [counted, wait, run, lateness] = JSON.parse(text) as Packed;
  const counts: { [counter in MetricsCounter]?: number } = {};
  for (const [index, count] of counted.entries()) {
    const counter = COUNTERS[index];
    if (counter !== undefined && count > 0) counts[counter] = count;
  }
  const bucket = { minute, name, counts, wait: histogramOf(wait), run: histogramOf(run) };
  return lateness === undefined ? bucket : { ...bucket, lateness: histogramOf(lateness) };
}

/** Adds two buckets of one name and minute. */
export function addBuckets(one: MetricsBucket, other: MetricsBucket): MetricsBucket {
  const counts: { [counter in MetricsCounter]?: number } = { ...one.counts };
  for (const counter of COUNTERS) {
    const added = other.counts[counter] ?? 0;
    if (added > 0) counts[counter] = (counts[counter] ?? 0) + added;
  }
  const { minute, name } = one;
  const sum = {
    minute,
    name,
    counts,
    wait: add(one.wait, other.wait),
    run: add(one.run, other.run),
  };
  if (one.lateness === undefined && other.lateness === undefined) return sum;
  return { ...sum, lateness: add(one.lateness ?? NONE, other.lateness ?? NONE) };
}

const NONE: HistogramData = { buckets: {}, sum: 0 };

function add(one: HistogramData, other: HistogramData): HistogramData {
  const buckets: { [index: string]: number } = { ...one.buckets };
  for (const [index, count] of Object.entries(other.buckets)) {
    buckets[index] = (buckets[index] ?? 0) + count;
  }
  return { buckets, sum: one.sum + other.sum };
}

function numbersOf({ buckets, sum }: HistogramData): Numbers {
  return [sum, ...Object.entries(buckets).flatMap(([index, count]) => [Number(index), count])];
}

function histogramOf([sum = 0, ...numbers]: Numbers): HistogramData {
  const buckets: { [index: string]: number } = {};
  for (let at = 0; at < numbers.length; at += 2) buckets[`${numbers[at]}`] = numbers[at + 1] ?? 0;
  return { buckets, sum };
}
