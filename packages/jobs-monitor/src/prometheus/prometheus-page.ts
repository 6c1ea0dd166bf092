import { JOB_STATUSES } from '@philjs/jobs-core';
import type { MetricsCounter } from '@philjs/jobs-core/backend';
import { Counter, Gauge, Registry } from 'prom-client';
import type { QueueMetrics } from '../metrics/queue-metrics.ts';
import { Tally } from '../metrics/tally.ts';
import { tickMetrics } from '../metrics/tick-metrics.ts';
import type { ScheduleOverview } from '../schedules/schedule-overview.ts';
import { MergedHistogram } from './merged-histogram.ts';

/** How many schedules become labels: those that fire next, which include the late ones. */
const MAX_SCHEDULES = 100;
const OUTCOMES: readonly MetricsCounter[] = [
  'completed',
  'failed',
  'cancelled',
  'retried',
  'snoozed',
  'stalled',
];

/** Holds the data of a page of metrics. */
export interface PrometheusFacts {
  /** The metrics of all monitored queues, by name; `undefined` when their store is away. */
  readonly queues: ReadonlyMap<string, QueueMetrics | undefined>;
  /** The totals since the monitor began to count, by queue and job name. */
  readonly totals: ReadonlyMap<string, ReadonlyMap<string, Tally>>;
  /** The schedules. */
  readonly schedules: readonly ScheduleOverview[];
}

/** Writes metrics in the text format of Prometheus. */
export function prometheusPage({ queues, totals, schedules }: PrometheusFacts): Promise<string> {
  const registry = new Registry();
  addState(registry, queues);
  addWork(registry, totals);
  addSchedules(registry, schedules.slice(0, MAX_SCHEDULES));
  return registry.metrics();
}

function addState(registry: Registry, queues: PrometheusFacts['queues']): void {
  const gauge = (name: string, help: string, ...labels: string[]): Gauge =>
    new Gauge({
      name: `philjs_jobs_${name}`,
      help,
      labelNames: ['queue', ...labels],
      registers: [registry],
    });
  const up = gauge('up', 'Whether the store of the queue answers.');
  const stored = gauge('stored', 'Jobs in the store, by state.', 'status');
  const paused = gauge('paused', 'Whether the queue is paused.');
  const workers = gauge('workers', 'Worker processes now alive.');
  const oldest = gauge(
    'oldest_waiting_seconds',
    'How long the job whose turn is next has been ready.',
  );
  for (const [queue, metrics] of queues) {
    up.set({ queue }, metrics === undefined ? 0 : 1);
    if (metrics === undefined) continue;
    for (const status of JOB_STATUSES) stored.set({ queue, status }, metrics.stats[status]);
    paused.set({ queue }, metrics.paused ? 1 : 0);
    if (metrics.workers !== undefined) workers.set({ queue }, metrics.workers.length);
    oldest.set({ queue }, (metrics.oldestWaitingMs ?? 0) / 1000);
  }
}

function addWork(registry: Registry, totals: PrometheusFacts['totals']): void {
  const outcomes = new Counter({
    name: 'philjs_jobs_outcomes_total',
    help: 'How runs of jobs ended: completed, failed for good, cancelled, retried, snoozed, stalled.',
    labelNames: ['queue', 'name', 'outcome'],
    registers: [registry],
  });
  const histogram = (name: string, help: string): MergedHistogram =>
    new MergedHistogram(`philjs_jobs_${name}_seconds`, help, [registry]);
  const wait = histogram('wait', 'How long jobs waited from when they were ready to their start.');
  const run = histogram('run', 'How long attempts ran.');
  const lateness = histogram('schedule_lateness', 'How late schedules fired.');
  const ticks = tickCounters(registry);
  for (const [queue, names] of totals) {
    for (const [name, tally] of boundNames(names)) {
      const labels = { queue, name };
      for (const outcome of OUTCOMES) {
        outcomes.inc({ ...labels, outcome }, tally.count(outcome));
      }
      wait.set(labels, tally.wait);
      run.set(labels, tally.run);
      if (tally.lateness.count > 0) lateness.set(labels, tally.lateness);
      ticks(labels, tally);
    }
  }
}

/** Makes the counters of ticks; a job that no schedule enqueues has none. */
function tickCounters(
  registry: Registry,
): (labels: { readonly queue: string; readonly name: string }, tally: Tally) => void {
  const counter = (name: string, help: string, ...labels: string[]): Counter =>
    new Counter({
      name: `philjs_jobs_schedule_${name}_total`,
      help,
      labelNames: ['queue', 'name', ...labels],
      registers: [registry],
    });
  const fired = counter('fired', 'Ticks of schedules that fired a job.');
  const missed = counter('missed', 'Ticks of schedules that were found over ten seconds late.');
  const skipped = counter('skipped', 'Ticks of schedules that were skipped, by reason.', 'reason');
  return (labels, tally) => {
    const ticks = tickMetrics(tally);
    if (ticks === undefined) return;
    fired.inc({ ...labels }, ticks.fired);
    missed.inc({ ...labels }, ticks.missed);
    for (const [reason, count] of Object.entries(ticks.skipped)) {
      skipped.inc({ ...labels, reason }, count);
    }
  };
}

function addSchedules(registry: Registry, schedules: readonly ScheduleOverview[]): void {
  const overdue = new Gauge({
    name: 'philjs_jobs_schedule_overdue_seconds',
    help: 'For how long a schedule has been due without firing; 0 when it is on time.',
    labelNames: ['queue', 'schedule'],
    registers: [registry],
  });
  for (const { queueName, id, overdueMs } of schedules) {
    overdue.set({ queue: queueName, schedule: id }, overdueMs / 1000);
  }
}

/** How many job names per queue become labels; the other names share one. */
const MAX_NAMES = 100;
/** The label that the other names share. */
const OTHER = 'other';

/**
 * Bounds the number of time series: the first hundred names seen keep their label, and all others share
 * `other`. A name never changes its label, because counters must not shrink.
 */
function boundNames(totals: ReadonlyMap<string, Tally>): ReadonlyMap<string, Tally> {
  if (totals.size <= MAX_NAMES) return totals;
  const bounded = new Map([...totals].slice(0, MAX_NAMES));
  const rest = [...totals.values()].slice(MAX_NAMES);
  const own = bounded.get(OTHER);
  return bounded.set(OTHER, Tally.of(own === undefined ? rest : [own, ...rest]));
}
