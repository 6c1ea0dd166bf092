import { scanFailures } from '../../failures/scan-failures.ts';
import type { QueueMetrics } from '../../metrics/queue-metrics.ts';
import type { LoadPage, PageSource } from '../page-source.ts';
import { scheduleRow } from '../schedule-row.ts';
import type { OverviewData, QueueFailures, QueueRow } from './overview-data.ts';

/** How many of the latest failures of each queue are looked at, so that the cost stays the same. */
const FAILURES = 200;
const GROUPS = 8;
const SCHEDULES = 8;

/** Reads the overview. A queue whose store is away is named, and hides nothing else. */
export const loadOverview: LoadPage<OverviewData> = async (source) => {
  const { monitor } = source;
  const { metrics, health, schedules } = await monitor.getOverview();
  const answered = metrics.queues.map(({ queue }) => queue);
  const active = schedules.filter(({ nextRun }) => nextRun);
  return {
    health: { status: health.status, problems: health.problems },
    queues: metrics.queues.map(queueRow),
    away: monitor.queues.map(({ name }) => name).filter((name) => !answered.includes(name)),
    failures: await failuresOf(source, metrics.queues),
    schedules: active
      .slice(0, SCHEDULES)
      .map((schedule) => scheduleRow(schedule, monitor.getScheduler(schedule.queueName))),
    scheduleCount: schedules.length,
  };
};

function queueRow(metrics: QueueMetrics): QueueRow {
  const { queue, stats, paused, workers, oldestWaitingMs, measured, wait, run } = metrics;
  return {
    queue,
    stats,
    paused,
    ...(workers && { workers: workers.length }),
    ...(oldestWaitingMs !== undefined && { oldestWaitingMs }),
    measured,
    throughput: metrics.throughput,
    failureRate: metrics.failureRate,
    perMinute: metrics.perMinute,
    ...(wait && { wait }),
    ...(run && { run }),
  };
}

async function failuresOf(
  { monitor, redactor }: PageSource,
  queues: readonly QueueMetrics[],
): Promise<QueueFailures[]> {
  const failing = queues.filter(({ stats }) => stats.failed > 0);
  return Promise.all(
    failing.map(async ({ queue }) => {
      const scan = await scanFailures(monitor.getQueue(queue), redactor, { budget: FAILURES });
      return { queue, ...scan, groups: scan.groups.slice(0, GROUPS) };
    }),
  );
}
