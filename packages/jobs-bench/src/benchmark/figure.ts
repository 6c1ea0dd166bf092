/** What a figure counts; decides how it is printed. */
export type Unit = 'per-second' | 'microseconds' | 'milliseconds' | 'bytes' | 'count';

/** Names one number a measurement gives, and how to read it. */
export interface Figure {
  /** Its key in what a measurement returns. */
  readonly key: string;
  /** What stands above its column. */
  readonly title: string;
  /** What it counts. */
  readonly unit: Unit;
  /** Which way is good. Ratios are turned so that above 1 always speaks for the subject. */
  readonly better: 'higher' | 'lower';
}

/** How many jobs went through in a second. */
export const jobsPerSecond: Figure = {
  key: 'jobsPerSecond',
  title: 'jobs/s',
  unit: 'per-second',
  better: 'higher',
};

/** What a job cost this process, over all its threads, in microseconds. */
export const cpuPerJob: Figure = {
  key: 'cpuPerJob',
  title: 'CPU per job',
  unit: 'microseconds',
  better: 'lower',
};

/** What a job cost the redis-server, in microseconds of its processor time. */
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

/** How much heap was used when it was done, after a collection. */
export const heapAfter: Figure = {
  key: 'heapAfter',
  title: 'heap after',
  unit: 'bytes',
  better: 'lower',
};

/** The figures of enqueue-to-start. */
export const latencyFigures: readonly Figure[] = [
  { key: 'p50', title: 'p50', unit: 'microseconds', better: 'lower' },
  { key: 'p99', title: 'p99', unit: 'microseconds', better: 'lower' },
];

/** Prints a number as its unit asks. */
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
