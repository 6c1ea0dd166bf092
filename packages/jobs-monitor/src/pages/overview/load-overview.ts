import { needsWorker } from '@philjs/jobs-core/internal';
import { toIncidents } from '../../failures/incident.ts';
import type { QueueMetrics } from '../../metrics/queue-metrics.ts';
import { awayRow } from '../of-each.ts';
import type { LoadPage } from '../page-source.ts';
import { choiceParam } from '../params.ts';
import { scheduleRow } from '../schedule-row.ts';
import type { OverviewData, QueueRow } from './overview-data.ts';
import { rollUp } from './roll-up.ts';

const INCIDENTS = 8;
const SCHEDULES = 8;

/** Reads the overview. Names queues whose store is away; they do not affect the rest. */
export const loadOverview: LoadPage<OverviewData> = async (source, params) => {
  const { monitor, redactor } = source;
  const { metrics, health, schedules, failures } = await monitor.getOverview({ redactor });
  const answered = metrics.queues.map(({ queue }) => queue);
  const incidents = toIncidents(failures, monitor.clock.now());
  const scans = [...failures.values()];
  const active = schedules.filter(({ nextRun }) => nextRun);
  return {
    health: {
      status: health.status,
      problems: rollUp(health.problems, incidents, monitor.clock.now()),
      all: choiceParam(params, 'problems', ['all']) === 'all',
    },
    queues: monitor.queues.flatMap(({ name }): QueueRow[] => {
      const now = metrics.queues.find(({ queue }) => queue === name);
      if (now !== undefined) return [queueRow(now)];
      const known = monitor.lastKnown(name);
      return known === undefined ? [] : [{ ...queueRow(known.metrics), knownAt: known.at }];
    }),
    away: monitor.queues
      .filter(({ name }) => !answered.includes(name))
      .map(({ name }) => awayRow(monitor, name)),
    failures: {
      incidents: incidents.slice(0, INCIDENTS),
      scanned: scans.reduce((sum, { scanned }) => sum + scanned, 0),
      total: scans.reduce((sum, { total }) => sum + total, 0),
    },
    schedules: active
      .slice(0, SCHEDULES)
      .map((schedule) => scheduleRow(schedule, monitor.getScheduler(schedule.queueName), redactor)),
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
    needsWorker: needsWorker(metrics),
    measured,
    throughput: metrics.throughput,
    failureRate: metrics.failureRate,
    perMinute: metrics.perMinute,
    ...(wait && { wait }),
    ...(run && { run }),
  };
}
