import type { MetricsBucket } from '@philjs/jobs-core/backend';
import { needsWorker } from '@philjs/jobs-core/internal';
import type { QueueMetrics, QueueReading } from '../metrics/queue-metrics.ts';
import { workMetrics } from '../metrics/work-metrics.ts';
import { overdueMs } from '../schedules/late-schedule.ts';
import type { ScheduleOverview } from '../schedules/schedule-overview.ts';
import { durationText } from '../text/duration.ts';
import { counted, countText, percentText, rateText } from '../text/number.ts';
import type { HealthThresholds } from './health-thresholds.ts';
import type { HealthProblem } from './system-health.ts';

/** The window in which failures and throughput are judged, in milliseconds. */
export const HEALTH_WINDOW_MS: number = 15 * 60_000;

type Severity = HealthProblem['severity'];

/** Finds the problems of one queue. */
export function queueProblems(
  { metrics, buckets }: QueueReading,
  isGrowing: boolean,
  thresholds: HealthThresholds,
  now: number,
): HealthProblem[] {
  const { queue } = metrics;
  const recent = buckets.filter(({ minute }) => minute > now - HEALTH_WINDOW_MS);
  return [
    staffing(metrics),
    holding(metrics),
    backlog(metrics, isGrowing, thresholds),
    waiting(metrics, thresholds),
    ...work(queue, recent, metrics.stats.waiting, thresholds, now),
  ]
    .filter((problem) => problem !== undefined)
    .map((problem) => ({ ...problem, queue }));
}

/** Finds the late schedules, which should have fired by now. */
export function scheduleProblems(
  schedules: readonly ScheduleOverview[],
  { latenessWarning, latenessCritical }: HealthThresholds,
  now: number,
): HealthProblem[] {
  return schedules.flatMap((schedule) => {
    const { id: scheduleId, queueName: queue } = schedule;
    const late = overdueMs(schedule, now);
    const severity = severityOf(late, latenessWarning, latenessCritical);
    if (severity === undefined || late === 0) return [];
    const why = schedule.undeclared ? ': no running process declares it' : '';
    const message = `schedule \`${scheduleId}\` is ${durationText(late)} late${why}`;
    return [{ kind: 'late-schedule' as const, severity, message, queue, scheduleId }];
  });
}

/** Makes the problem of a queue whose store does not answer. */
export function storeProblem(queue: string): HealthProblem {
  const message = `\`${queue}\` cannot reach its store`;
  return { kind: 'store-away', severity: 'critical', message, queue };
}

function staffing(metrics: QueueMetrics): HealthProblem | undefined {
  const { queue, stats, paused, workers } = metrics;
  const pending = stats.waiting + stats.delayed;
  if (paused && pending > 0) {
    const message = `\`${queue}\` is paused; ${counted(pending, 'job')} ${waits(pending)}`;
    return { kind: 'paused', severity: 'warning', message };
  }
  if (workers?.length !== 0 || !needsWorker(metrics)) return undefined;
  const rest = pending > 0 ? `; ${counted(pending, 'job')} ${waits(pending)}` : '';
  return {
    kind: 'no-workers',
    severity: 'critical',
    message: `\`${queue}\` has no workers${rest}`,
  };
}

function holding({ queue, abandoned }: QueueMetrics): HealthProblem | undefined {
  if (abandoned === 0) return undefined;
  const message = `no worker holds ${counted(abandoned, 'active job')} of \`${queue}\`, or takes ${abandoned === 1 ? 'it' : 'them'} back`;
  return { kind: 'abandoned', severity: 'critical', message, count: abandoned };
}

function backlog(
  { queue, stats }: QueueMetrics,
  isGrowing: boolean,
  { queueDepthWarning, queueDepthCritical }: HealthThresholds,
): HealthProblem | undefined {
  const severity = severityOf(stats.waiting, queueDepthWarning, queueDepthCritical);
  if (severity === undefined) return undefined;
  const message = `\`${queue}\` has ${counted(stats.waiting, 'waiting job')}${isGrowing ? ' and more every minute' : ''}`;
  return { kind: 'backlog', severity, message };
}

function waiting(
  { queue, paused, oldestWaitingMs = 0 }: QueueMetrics,
  { waitWarning, waitCritical }: HealthThresholds,
): HealthProblem | undefined {
  const severity = severityOf(oldestWaitingMs, waitWarning, waitCritical);
  if (severity === undefined || paused) return undefined;
  const message = `the next job of \`${queue}\` has waited ${durationText(oldestWaitingMs)}`;
  return { kind: 'waiting-long', severity, message };
}

function work(
  queue: string,
  recent: readonly MetricsBucket[],
  waitingJobs: number,
  thresholds: HealthThresholds,
  now: number,
): HealthProblem[] {
  const { completed, failed, failureRate, stalled, throughput } = workMetrics(recent, now);
  const problems: HealthProblem[] = [];
  const { errorRateWarning, errorRateCritical, errorRateMinimum } = thresholds;
  const failing = severityOf(failureRate, errorRateWarning, errorRateCritical);
  if (failing !== undefined && failed > 0 && completed + failed >= errorRateMinimum) {
    const message = `${percentText(failureRate)} of the jobs of \`${queue}\` fail (${countText(failed)} of ${countText(completed + failed)})`;
    problems.push({ kind: 'failing', severity: failing, message });
  }
  if (stalled > 0 && stalled >= thresholds.stalledWarning) {
    const message = `${counted(stalled, 'job')} of \`${queue}\` lost ${stalled === 1 ? 'its' : 'their'} worker`;
    problems.push({ kind: 'stalled', severity: 'warning', message });
  }
  if (waitingJobs > 0 && recent.length > 0 && throughput < thresholds.processingRateWarning) {
    const message = `\`${queue}\` finishes only ${rateText(throughput)} jobs a minute`;
    problems.push({ kind: 'slow', severity: 'warning', message });
  }
  return problems;
}

function waits(count: number): string {
  return count === 1 ? 'waits' : 'wait';
}

function severityOf(value: number, warning: number, critical: number): Severity | undefined {
  if (value >= critical) return 'critical';
  return value >= warning ? 'warning' : undefined;
}
