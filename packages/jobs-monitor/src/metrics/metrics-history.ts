import type { IQueue } from '@philjs/jobs-core';
import { invalidArgument, type MetricsBucket } from '@philjs/jobs-core/backend';
import { checkDuration, checkOptions } from '@philjs/jobs-core/internal';
import { MINUTE_MS, readBuckets } from './read-buckets.ts';
import { type WorkMetrics, workMetrics } from './work-metrics.ts';

/** Asks for history. */
export interface HistoryParams {
  /** How far back, in milliseconds; workers' figures are kept for 24 hours. */
  readonly windowMs: number;
  /** How long each point is, in milliseconds: a whole number of minutes. */
  readonly stepMs: number;
  /** Only jobs of this name. */
  readonly name?: string;
}

/** How many steps one call may ask for. */
const MOST_STEPS = 10_000;

/**
 * Checks which steps are asked for.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkHistoryParams(params: HistoryParams): void {
  checkOptions('history', params, ['windowMs', 'stepMs', 'name', 'queue', 'queues']);
  const { windowMs, stepMs } = params;
  if (!Number.isSafeInteger(stepMs) || stepMs < MINUTE_MS || stepMs % MINUTE_MS > 0) {
    throw invalidArgument('stepMs', 'a whole number of minutes in milliseconds', stepMs);
  }
  checkDuration('windowMs', windowMs, { min: 1, max: MOST_STEPS * stepMs });
}

/** Holds what was measured in one step of time. */
export interface HistoryPoint {
  /** When the step began, in epoch milliseconds. */
  readonly at: number;
  /** Its figures. */
  readonly metrics: WorkMetrics;
}

/**
 * Reads what workers measured, oldest step first and without gaps: a step in which nothing happened
 * has figures of 0. The last step is the one under way.
 */
export async function readHistory(
  queues: readonly IQueue[],
  now: number,
  { windowMs, stepMs, name }: HistoryParams,
): Promise<HistoryPoint[]> {
  const steps = Math.max(1, Math.ceil(windowMs / stepMs));
  const last = Math.floor(now / stepMs) * stepMs;
  const first = last - (steps - 1) * stepMs;
  const buckets = (await Promise.all(queues.map((queue) => readBuckets(queue, first)))).flat();
  const byStep: MetricsBucket[][] = Array.from({ length: steps }, () => []);
  for (const bucket of buckets) {
    if (name !== undefined && bucket.name !== name) continue;
    const step = Math.min(Math.floor((bucket.minute - first) / stepMs), steps - 1);
    byStep[step]?.push(bucket);
  }
  return byStep.map((own, step) => {
    const at = first + step * stepMs;
    return { at, metrics: perStep(own, at, Math.min(now, at + stepMs)) };
  });
}

/** Sums up a step, with a throughput over the whole of it, also where its first minutes were idle. */
function perStep(buckets: readonly MetricsBucket[], from: number, to: number): WorkMetrics {
  const metrics = workMetrics(buckets, to);
  const minutes = Math.max(1, (to - from) / MINUTE_MS);
  return { ...metrics, throughput: (metrics.completed + metrics.failed) / minutes };
}
