import type { FailureScan } from '../failures/scan-failures.ts';
import { workMetrics } from '../metrics/work-metrics.ts';
import type { ScheduleOverview } from '../schedules/schedule-overview.ts';
import { failureProblems } from './failure-problems.ts';
import {
  HEALTH_WINDOW_MS,
  queueProblems,
  scheduleProblems,
  storeProblem,
} from './find-problems.ts';
import type { HealthThresholds } from './health-thresholds.ts';
import type { Reading } from './reading.ts';
import type { SystemHealth } from './system-health.ts';

/** Holds the facts that decide the health. */
export interface HealthFacts extends Reading {
  readonly failures: ReadonlyMap<string, FailureScan>;
  readonly schedules: readonly ScheduleOverview[];
  readonly thresholds: HealthThresholds;
  readonly isGrowing: (queue: string) => boolean;
  readonly now: number;
}

/** Assesses the health of a system from one reading. */
export function assessHealth(facts: HealthFacts): SystemHealth {
  const { readings, away, failures, schedules, thresholds, isGrowing, now } = facts;
  const problems = [
    ...away.map(({ queue }) => storeProblem(queue)),
    ...readings.flatMap((reading) =>
      queueProblems(reading, isGrowing(reading.metrics.queue), thresholds, now),
    ),
    ...[...failures].flatMap(([queue, scan]) => failureProblems(queue, scan, thresholds, now)),
    ...scheduleProblems(schedules, thresholds, now),
  ].sort((a, b) => rank(a.severity) - rank(b.severity));
  const recent = readings
    .flatMap(({ buckets }) => buckets)
    .filter(({ minute }) => minute > now - HEALTH_WINDOW_MS);
  const work = workMetrics(recent, now);
  const oldest = Math.max(...readings.map(({ metrics }) => metrics.oldestWaitingMs ?? -1), -1);
  return {
    status: statusOf(problems),
    checkedAt: new Date(now),
    queueDepth: readings.reduce((sum, { metrics }) => sum + metrics.stats.waiting, 0),
    processingRate: work.throughput,
    errorRate: work.failureRate,
    averageWaitTime: work.wait?.mean ?? 0,
    ...(oldest >= 0 && { oldestWaitingJob: new Date(now - oldest) }),
    issues: problems.map(({ message }) => message),
    problems,
  };
}

function statusOf(problems: SystemHealth['problems']): SystemHealth['status'] {
  if (problems.length === 0) return 'healthy';
  return problems.some(({ severity }) => severity === 'critical') ? 'critical' : 'degraded';
}

function rank(severity: 'warning' | 'critical'): number {
  return severity === 'critical' ? 0 : 1;
}
