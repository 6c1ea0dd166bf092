import type { IQueue, QueueStats, SeenWorker } from '@philjs/jobs-core';
import type { MetricsBucket } from '@philjs/jobs-core/backend';
import { readStaff } from '@philjs/jobs-core/internal';
import { MINUTE_MS, readBuckets } from './read-buckets.ts';
import { type WorkMetrics, workMetrics } from './work-metrics.ts';

/** Says what workers did with the jobs of one name. */
export interface NameMetrics extends WorkMetrics {
  /** The name of the jobs' definition. */
  readonly name: string;
}

/** Says how one queue is doing. */
export interface QueueMetrics extends WorkMetrics {
  /** The queue's name. */
  readonly queue: string;
  /** How many jobs are in each state. */
  readonly stats: QueueStats;
  /** Whether it is paused. */
  readonly paused: boolean;
  /** The workers now alive, without those that let a lease end; absent when the backend does not list them. */
  readonly workers?: readonly SeenWorker[];
  /** How many active jobs no worker holds or takes back. */
  readonly abandoned: number;
  /** How long the job that starts next has been ready, in milliseconds; absent when none is waiting. */
  readonly oldestWaitingMs?: number;
  /** The time until the next delayed job is due, in milliseconds; absent when none is delayed. */
  readonly nextDelayedMs?: number;
  /** Whether its backend keeps what workers measure; otherwise all such figures are 0. */
  readonly measured: boolean;
  /** How many jobs completed or failed in each of the last 60 minutes, the one under way last. */
  readonly perMinute: readonly number[];
  /** The same figures by job, the busiest first. */
  readonly jobs: readonly NameMetrics[];
}

/** Holds one reading of a queue, which takes at most eight calls of its backend, however many jobs it has. */
export interface QueueReading {
  /** The figures of the window. */
  readonly metrics: QueueMetrics;
  /** The buckets that the figures come from. */
  readonly buckets: readonly MetricsBucket[];
}

/**
 * Reads the state of a queue and its measurements since `from`.
 *
 * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
 */
export async function readQueue(queue: IQueue, from: number): Promise<QueueReading> {
  // Opens the backend, whose parts are used directly below.
  const stats = await queue.getStats();
  const [paused, { alive: workers, abandoned }, turns, buckets] = await Promise.all([
    queue.isPaused(),
    readStaff(queue.backend, queue.clock.now()),
    readTurns(queue, stats),
    readBuckets(queue, from),
  ]);
  const now = queue.clock.now();
  return {
    buckets,
    metrics: {
      queue: queue.name,
      stats,
      paused,
      abandoned: abandoned.length,
      measured: queue.backend.metrics !== undefined,
      ...(workers && { workers }),
      ...(turns.since !== undefined && { oldestWaitingMs: Math.max(0, now - turns.since) }),
      ...(turns.dueAt !== undefined && { nextDelayedMs: Math.max(0, turns.dueAt - now) }),
      ...workMetrics(buckets, now),
      perMinute: perMinute(buckets, now),
      jobs: byName(buckets, now),
    },
  };
}

/**
 * Returns since when the job that starts next has been ready, and when the next delayed one is due. Only
 * workers make delayed jobs ready, so a delayed job that is due counts as ready too.
 */
async function readTurns(
  { backend, clock }: IQueue,
  stats: QueueStats,
): Promise<{ readonly since?: number; readonly dueAt?: number }> {
  const statuses = (['waiting', 'delayed'] as const).filter((status) => stats[status] > 0);
  const pages = await Promise.all(
    statuses.map((status) => backend.list({ statuses: [status], order: 'oldest', limit: 1 })),
  );
  const first = pages.flatMap(({ jobs }) => jobs);
  const dueAt = first.find(({ status }) => status === 'delayed')?.runAt;
  const times = first
    .filter(({ status, runAt }) => status === 'waiting' || runAt <= clock.now())
    .map(({ runAt }) => runAt);
  return {
    ...(times.length > 0 && { since: Math.min(...times) }),
    ...(dueAt !== undefined && { dueAt }),
  };
}

function perMinute(buckets: readonly MetricsBucket[], now: number): number[] {
  const first = Math.floor(now / MINUTE_MS) * MINUTE_MS - 59 * MINUTE_MS;
  const finished = Array.from({ length: 60 }, () => 0);
  for (const { minute, counts } of buckets) {
    const index = Math.min(59, (minute - first) / MINUTE_MS);
    if (index < 0) continue;
    finished[index] = (finished[index] ?? 0) + (counts.completed ?? 0) + (counts.failed ?? 0);
  }
  return finished;
}

function byName(buckets: readonly MetricsBucket[], now: number): NameMetrics[] {
  const names = new Map<string, MetricsBucket[]>();
  for (const bucket of buckets) {
    const own = names.get(bucket.name);
    if (own === undefined) names.set(bucket.name, [bucket]);
    else own.push(bucket);
  }
  return [...names]
    .map(([name, own]) => ({ name, ...workMetrics(own, now) }))
    .sort((a, b) => busy(b) - busy(a) || (a.name < b.name ? -1 : 1));
}

function busy({ completed, failed, retried }: NameMetrics): number {
  return completed + failed + retried;
}
