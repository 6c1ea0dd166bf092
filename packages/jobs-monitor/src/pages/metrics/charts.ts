import type { MetricsSeries } from './metrics-data.ts';

/** Describes a chart: which lines it has, and what they measure. */
export interface Chart {
  readonly title: string;
  readonly unit: 'jobs' | 'ms';
  readonly lines: readonly {
    readonly label: string;
    readonly of: Exclude<keyof MetricsSeries, 'at'>;
  }[];
}

/** The charts of the page of metrics, by the name the script finds their places by. */
export const CHARTS: { readonly [id: string]: Chart } = {
  throughput: {
    title: 'Finished jobs a minute',
    unit: 'jobs',
    lines: [
      { label: 'completed', of: 'completed' },
      { label: 'failed', of: 'failed' },
      { label: 'retried', of: 'retried' },
    ],
  },
  backlog: {
    title: 'Backlog',
    unit: 'jobs',
    lines: [
      { label: 'ready', of: 'waiting' },
      { label: 'delayed', of: 'delayed' },
    ],
  },
  wait: {
    title: 'Waiting time',
    unit: 'ms',
    lines: [
      { label: 'p50', of: 'waitP50' },
      { label: 'p95', of: 'waitP95' },
      { label: 'p99', of: 'waitP99' },
    ],
  },
  run: {
    title: 'Running time',
    unit: 'ms',
    lines: [
      { label: 'p50', of: 'runP50' },
      { label: 'p95', of: 'runP95' },
      { label: 'p99', of: 'runP99' },
    ],
  },
};
