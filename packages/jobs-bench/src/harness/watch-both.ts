import type { Measured } from '../benchmark/benchmark.ts';
import { type Elapsed, stopwatch } from './stopwatch.ts';

/** Runs and measures a task. */
type Measure = (work: () => Promise<void>) => Promise<void>;

/**
 * Measures a task on an emptied server, both this process and the server: `prepare` passes the measured
 * part to its argument, and returns the object to close afterwards.
 */
export async function watchBoth(
  port: number,
  jobs: number,
  prepare: (measured: Measure) => Promise<{ close(): Promise<void> }>,
): Promise<Measured> {
  const { RedisMeter } = await import('./redis-meter.ts');
  const meter = new RedisMeter(port);
  await meter.clear();
  let here: Elapsed = { wallMs: 0, cpuMs: 0 };
  let there = { commands: 0, cpuMs: 0 };
  const run = await prepare(async (work) => {
    there = await meter.watch(async () => {
      here = await stopwatch(work);
    });
  });
  await run.close();
  meter.close();
  return {
    jobsPerSecond: (jobs / here.wallMs) * 1000,
    cpuPerJob: (here.cpuMs / jobs) * 1000,
    redisCpuPerJob: (there.cpuMs / jobs) * 1000,
    commandsPerJob: there.commands / jobs,
  };
}
