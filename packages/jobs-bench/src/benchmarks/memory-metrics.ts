import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { cpuPerJob, jobsPerSecond } from '../benchmark/figure.ts';
import { mailPayload } from '../contenders/memory/memory-contender.ts';
import { type Elapsed, stopwatch } from '../harness/stopwatch.ts';

interface MetricsParams extends Params {
  readonly metrics: 'with' | 'without';
  readonly jobs: number;
}

const JOBS = { tiny: 200, quick: 100_000, full: 400_000 };
const BURST = 1000;

/** Measures the cost of collecting metrics. */
export const memoryMetrics: Benchmark = defineBenchmark<MetricsParams>({
  name: 'memory-metrics',
  title: 'running with and without metrics, in memory',
  method:
    'Enqueue-and-run at concurrency 16 over a backend with its metrics part, and over the same backend without it, so that ' +
    'the worker collects nothing. Handlers do nothing: with any that does something the share is smaller.',
  ratioTitle: 'with : without',
  figures: [jobsPerSecond, cpuPerJob],
  targets: [
    {
      title: 'throughput with metrics against without',
      case: '',
      contender: 'without',
      figure: jobsPerSecond.key,
      of: 'ratio',
      atLeast: 0.97,
    },
  ],
  rounds: { tiny: 1, quick: 5, full: 21 },
  cases: (size) => [
    {
      title: '',
      contenders: (['with', 'without'] as const).map((metrics) => ({
        id: metrics,
        params: { metrics, jobs: JOBS[size] },
      })),
    },
  ],
  measure,
});

async function measure({ metrics, jobs }: MetricsParams): Promise<Measured> {
  await once(metrics, Math.ceil(jobs / 10));
  const { wallMs, cpuMs } = await once(metrics, jobs);
  return { jobsPerSecond: (jobs / wallMs) * 1000, cpuPerJob: (cpuMs / jobs) * 1000 };
}

async function once(metrics: MetricsParams['metrics'], jobs: number): Promise<Elapsed> {
  const { jobsMemory } = await import('../contenders/memory/jobs-memory.ts');
  const { memoryBackend } = await import('@philjs/jobs-memory');
  const { withoutMetrics } = await import('../contenders/without-metrics.ts');
  const backend = metrics === 'with' ? memoryBackend() : withoutMetrics(memoryBackend());
  const run = await jobsMemory({ concurrency: 16 }, backend);
  await run.start();
  const elapsed = await stopwatch(async () => {
    for (let start = 0; start < jobs; start += BURST) {
      const length = Math.min(BURST, jobs - start);
      await Promise.all(
        Array.from({ length }, (_, index) => run.submit(mailPayload(start + index))),
      );
      await run.done(start + length);
    }
  });
  await run.close();
  return elapsed;
}
