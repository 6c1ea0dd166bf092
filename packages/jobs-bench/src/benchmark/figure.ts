/** Names the unit of a figure, which decides how it is printed. */
export type Unit = 'per-second' | 'microseconds' | 'milliseconds' | 'bytes' | 'count';

/** Describes one figure of a measurement, and how to read it. */
export interface Figure {
  /** Its key in the result of a measurement. */
  readonly key: string;
  /** The title of its column. */
  readonly title: string;
  /** The unit. */
  readonly unit: Unit;
  /** Which direction is better. Ratios are inverted where needed, so that above 1 the subject is always better. */
  readonly better: 'higher' | 'lower';
}

/** How many jobs went through in a second. */
export const jobsPerSecond: Figure = {
  key: 'jobsPerSecond',
  title: 'jobs/s',
  unit: 'per-second',
  better: 'higher',
};

/** The processor time of a job in this process, over all its threads, in microseconds. */
export const cpuPerJob: Figure = {
  key: 'cpuPerJob',
  title: 'CPU per job',
  unit: 'microseconds',
  better: 'lower',
};

/** The processor time of a job in the redis-server, in microseconds. */
export const redisCpuPerJob: Figure = {
  key: 'redisCpuPerJob',
  title: 'Redis CPU per job',
  unit: 'microseconds',
  better: 'lower',
};

/** How many commands the redis-server ran for a job, those inside scripts included. */
export const commandsPerJob: Figure = {
  key: 'commandsPerJob',
  title: 'commands per job',
  unit: 'count',
  better: 'lower',
};

/** The heap in use at the end, after a garbage collection. */
export const heapAfter: Figure = {
  key: 'heapAfter',
  title: 'heap after',
  unit: 'bytes',
  better: 'lower',
};

/** The figures of the time from enqueue to start. */
export const latencyFigures: readonly Figure[] = [
  { key: 'p50', title: 'p50', unit: 'microseconds', better: 'lower' },
  { key: 'p99', title: 'p99', unit: 'microseconds', better: 'lower' },
];

/** Formats a number for its unit. */
export function formatFigure(value: number, unit: Unit): string {
  switch (unit) {
    case 'per-second':
    case 'count':
      return value.toLocaleString('en-GB', { maximumFractionDigits: value < 100 ? 2 : 0 });
    case 'microseconds':
      return `${value.toFixed(value < 100 ? 2 : 0)} µs`;
    case 'milliseconds':
      return `${value.toFixed(value < 100 ? 2 : 0)} ms`;
    case 'bytes':
      return formatBytes(value);
  }
}

function formatBytes(value: number): string {
  if (Math.abs(value) < 10_000) return `${value.toFixed(0)} B`;
  return `${(value / 2 ** 20).toFixed(1)} MiB`;
}
