import { invalidArgument } from '@philjs/jobs-core';
import type { HistoryPoint } from '../../metrics/metrics-history.ts';
import type { LoadPage, PageParams } from '../page-source.ts';
import { type MetricsData, type MetricsSeries, SPANS, type Span } from './metrics-data.ts';

/** How many jobs the table lists: the busiest. */
const ROWS = 100;

/** Reads what workers measured over an hour or a day, of all queues and jobs or of one. */
export const loadMetrics: LoadPage<MetricsData> = async ({ monitor }, params) => {
  const span = spanParam(params);
  const queue = params.get('queue');
  const name = params.get('name');
  const [points, metrics] = await Promise.all([
    monitor.getHistory({
      ...SPANS[span],
      ...(queue !== undefined && { queue }),
      ...(name !== undefined && { name }),
    }),
    monitor.getMetrics(),
  ]);
  const queues = metrics.queues.filter((one) => queue === undefined || one.queue === queue);
  return {
    ...(queue !== undefined && { queue }),
    ...(name !== undefined && { name }),
    span,
    measured: queues.some(({ measured }) => measured),
    series: seriesOf(points),
    jobs: queues
      .flatMap((one) => one.jobs.map((job) => ({ ...job, queue: one.queue })))
      .slice(0, ROWS),
  };
};

function seriesOf(points: readonly HistoryPoint[]): MetricsSeries {
  const of = <T>(read: (point: HistoryPoint) => T): T[] => points.map(read);
  return {
    at: of(({ at }) => at / 1000),
    completed: of(({ metrics }) => metrics.completed),
    failed: of(({ metrics }) => metrics.failed),
    retried: of(({ metrics }) => metrics.retried),
    waitP50: of(({ metrics }) => metrics.wait?.p50 ?? null),
    waitP95: of(({ metrics }) => metrics.wait?.p95 ?? null),
    waitP99: of(({ metrics }) => metrics.wait?.p99 ?? null),
    runP50: of(({ metrics }) => metrics.run?.p50 ?? null),
    runP95: of(({ metrics }) => metrics.run?.p95 ?? null),
    runP99: of(({ metrics }) => metrics.run?.p99 ?? null),
  };
}

function spanParam(params: PageParams): Span {
  const span = params.get('span') ?? '1h';
  if (Object.hasOwn(SPANS, span)) return span as Span;
  throw invalidArgument('span', `one of ${Object.keys(SPANS).join(', ')}`, span);
}
