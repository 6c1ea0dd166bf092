import type { IQueue } from '@philjs/jobs-core';
import type { HistogramData, MetricsBucket } from '@philjs/jobs-core/backend';
import { MINUTE_MS, readBuckets } from '../metrics/read-buckets.ts';
import { Tally } from '../metrics/tally.ts';

/** How long a minute's counts may still grow, because a worker's clock is behind or its store was away. */
const OPEN_MS = 10 * MINUTE_MS;

/**
 * Turns counts per minute, which expire, into counters that only grow. They start at 0 at the first reading,
 * as counters of a new process do, so that a restart does not look like work.
 */
export class RunningTotals {
  readonly #queue: IQueue;
  readonly #totals = new Map<string, Tally>();
  #seen = new Map<string, MetricsBucket>();
  #lookedAt: number | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(queue: IQueue) {
    this.#queue = queue;
  }

  /**
   * Adds the growth since the last reading, and returns the sums by name.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
   */
  async collect(): Promise<ReadonlyMap<string, Tally>> {
    // One reading at a time, since two would add the same growth.
    const look = this.#looking.then(() => this.#look());
    this.#looking = look.catch(() => undefined);
    await look;
    return this.#totals;
  }

  async #look(): Promise<void> {
    const now = this.#queue.clock.now();
    const buckets = await readBuckets(this.#queue, openSince(this.#lookedAt ?? now));
    const seen = new Map<string, MetricsBucket>();
    for (const bucket of buckets) {
      const key = `${bucket.minute} ${bucket.name}`;
      const total = this.#totals.get(bucket.name) ?? new Tally();
      this.#totals.set(bucket.name, total);
      if (this.#lookedAt !== undefined) total.add(growth(this.#seen.get(key), bucket));
      if (bucket.minute >= openSince(now)) seen.set(key, bucket);
    }
    this.#seen = seen;
    this.#lookedAt = now;
  }
}

/** Returns the first minute whose counts may still grow; the next reading starts there. */
function openSince(now: number): number {
  return Math.floor((now - OPEN_MS) / MINUTE_MS) * MINUTE_MS;
}

/** Returns the growth of a bucket; all of its counts if it was cleared in between. */
function growth(before: MetricsBucket | undefined, after: MetricsBucket): MetricsBucket {
  if (before === undefined || wasCleared(before, after)) return after;
  const counts = Object.entries(after.counts).map(([counter, count = 0]) => [
    counter,
    count - (before.counts[counter as keyof MetricsBucket['counts']] ?? 0),
  ]);
  return {
    minute: after.minute,
    name: after.name,
    counts: Object.fromEntries(counts),
    wait: minus(after.wait, before.wait),
    run: minus(after.run, before.run),
    ...(after.lateness && { lateness: minus(after.lateness, before.lateness) }),
  };
}

function minus(after: HistogramData, before: HistogramData | undefined): HistogramData {
  const buckets = Object.entries(after.buckets)
    .map(([index, count]) => [index, count - (before?.buckets[index] ?? 0)] as const)
    .filter(([, count]) => count > 0);
  return {
    buckets: Object.fromEntries(buckets),
    sum: Math.max(0, after.sum - (before?.sum ?? 0)),
  };
}

function wasCleared(before: MetricsBucket, after: MetricsBucket): boolean {
  return (
    hasShrunk(before.counts, after.counts) ||
    hasShrunk(before.lateness?.buckets ?? {}, after.lateness?.buckets ?? {})
  );
}

type Counts = { readonly [key: string]: number | undefined };

function hasShrunk(before: Counts, after: Counts): boolean {
  return Object.entries(before).some(([key, count = 0]) => (after[key] ?? 0) < count);
}
