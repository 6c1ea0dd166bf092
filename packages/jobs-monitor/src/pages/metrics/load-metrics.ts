import type { HistoryPoint } from '../../metrics/metrics-history.ts';
import type { Backlog, Monitor } from '../../monitor/monitor.ts';
import { ofEach } from '../of-each.ts';
import type { LoadPage } from '../page-source.ts';
import { choiceParam, chosenQueues } from '../params.ts';
import { type MetricsData, type MetricsSeries, SPAN_NAMES, SPANS } from './metrics-data.ts';

/** How many jobs the table lists: the busiest. */
const ROWS = 100;

/** Reads the measurements of an hour or a day, of all queues and jobs or of one. */
export const loadMetrics: LoadPage<MetricsData> = async ({ monitor }, params) => {
  const span = choiceParam(params, 'span', SPAN_NAMES) ?? '1h';
  const queue = params.get('queue');
  const name = params.get('name');
  const { found, away } = await ofEach(monitor, chosenQueues(monitor, params), (one) =>
    one.getStats(),
  );
  const queues = found.map(([{ name: one }]) => one);
  const [points, { metrics }] = await Promise.all([
    monitor.getHistory({ ...SPANS[span], queues, ...(name !== undefined && { name }) }),
    monitor.getOverview(),
  ]);
  const paused = await pausedOf(monitor, queue, name);
  const shown = metrics.queues.filter((one) => queues.includes(one.queue));
  return {
    ...(queue !== undefined && { queue }),
    ...(name !== undefined && { name }),
    ...(paused !== undefined && { paused }),
    span,
    away,
    measured: shown.some(({ measured }) => measured),
    series: seriesOf(points, SPANS[span].stepMs / 60_000, (at) =>
      monitor.getBacklog(at, at + SPANS[span].stepMs, queues),
    ),
    jobs: shown
      .flatMap((one) => one.jobs.map((job) => ({ ...job, queue: one.queue })))
      .slice(0, ROWS),
  };
};

/** Returns whether the jobs of a name are paused, where the backend supports that. */
async function pausedOf(
  monitor: Monitor,
  queueName: string | undefined,
  name: string | undefined,
): Promise<boolean | undefined> {
  if (queueName === undefined || name === undefined) return undefined;
  const queue = monitor.getQueue(queueName);
  if (queue.backend.limits === undefined) return undefined;
  return queue.getLimits(name).then(
    ({ paused }) => paused,
    () => undefined,
  );
}

/** Returns the figures per minute; a minute in which nothing ran has none. */
function seriesOf(
  points: readonly HistoryPoint[],
  minutes: number,
  backlogAt: (at: number) => Backlog | undefined,
): MetricsSeries {
  const of = <T>(read: (point: HistoryPoint) => T): T[] => points.map(read);
  const rate = (read: (metrics: HistoryPoint['metrics']) => number): (number | null)[] =>
    of(({ metrics }) => (isIdle(metrics) ? null : read(metrics) / minutes));
  return {
    at: of(({ at }) => at / 1000),
    completed: rate(({ completed }) => completed),
    failed: rate(({ failed }) => failed),
    retried: rate(({ retried }) => retried),
    waiting: of(({ at }) => backlogAt(at)?.waiting ?? null),
    delayed: of(({ at }) => backlogAt(at)?.delayed ?? null),
    waitP50: of(({ metrics }) => metrics.wait?.p50 ?? null),
    waitP95: of(({ metrics }) => metrics.wait?.p95 ?? null),
    waitP99: of(({ metrics }) => metrics.wait?.p99 ?? null),
    runP50: of(({ metrics }) => metrics.run?.p50 ?? null),
    runP95: of(({ metrics }) => metrics.run?.p95 ?? null),
    runP99: of(({ metrics }) => metrics.run?.p99 ?? null),
  };
}

function isIdle({ completed, failed, retried }: HistoryPoint['metrics']): boolean {
  return completed + failed + retried === 0;
}
