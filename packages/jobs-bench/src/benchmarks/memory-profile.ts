import { type Profiler, Session } from 'node:inspector/promises';
import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { mailPayload } from '../contenders/memory/memory-contender.ts';
import { collectGarbage } from '../harness/stopwatch.ts';

interface ProfileParams extends Params {
  readonly jobs: number;
}

const JOBS = { tiny: 1_000, quick: 100_000, full: 400_000 };
const BURST = 1000;

/** The areas of time, by the path of a function's source; the first match counts. */
const AREAS: readonly { readonly key: string; readonly title: string; readonly at: RegExp }[] = [
  { key: 'events', title: 'events', at: /\/src\/events\/|\/queue\/(event|to-queue-event)/ },
  { key: 'enqueue', title: 'enqueue and its guard', at: /jobs-core\/src\/(queue|job|check)\// },
  { key: 'copies', title: 'checking and copying JSON', at: /jobs-core\/src\/json\// },
  { key: 'loop', title: 'worker loop and leases', at: /jobs-core\/src\/(lease|in-flight)\// },
  { key: 'run', title: 'running', at: /jobs-core\/src\/(run|middleware)\// },
  { key: 'clock', title: 'reading the clock', at: /jobs-core\/src\/clock\// },
  { key: 'metrics', title: 'metrics', at: /jobs-core\/src\/metrics\// },
  { key: 'store', title: 'the store: records, index, lists', at: /jobs-memory\/src\// },
  { key: 'bench', title: 'the benchmark', at: /jobs-bench\/src\// },
];

/** Measures where the time of a job is spent. */
export const memoryProfile: Benchmark = defineBenchmark<ProfileParams>({
  name: 'memory-profile',
  title: 'where the time of a job goes, in memory',
  method:
    '*steady, concurrency 16* of memory-run under the sampling profiler of V8: the time of each function without what it ' +
    'calls, in microseconds a job, summed by where its source is. *engine* is what has no source: promises and microtasks, ' +
    'random bytes and strings of ids.',
  ratioTitle: '',
  figures: [
    ...AREAS.map(({ key, title }) => ({ key, title })),
    { key: 'engine', title: 'engine' },
    { key: 'collector', title: 'garbage collection' },
  ].map((figure) => ({ ...figure, unit: 'microseconds', better: 'lower' })),
  targets: [],
  rounds: { tiny: 1, quick: 1, full: 5 },
  cases: (size) => [{ title: '', contenders: [{ id: 'philjs', params: { jobs: JOBS[size] } }] }],
  measure,
});

async function measure({ jobs }: ProfileParams): Promise<Measured> {
  const { jobsMemory } = await import('../contenders/memory/jobs-memory.ts');
  const run = await jobsMemory({ concurrency: 16, middleware: 0 });
  await run.start();
  const work = async (from: number, to: number): Promise<void> => {
    for (let start = from; start < to; start += BURST) {
      const end = Math.min(to, start + BURST);
      await Promise.all(
        Array.from({ length: end - start }, (_, index) => run.submit(mailPayload(start + index))),
      );
      await run.done(end);
    }
  };
  const warmUp = Math.ceil(jobs / 4);
  await work(0, warmUp);
  collectGarbage();
  const taken = await profile(() => work(warmUp, warmUp + jobs));
  await run.close();
  return perJob(taken, jobs);
}

/** Runs a task under V8's sampling profiler. */
async function profile(work: () => Promise<void>): Promise<Profiler.Profile> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  await work();
  const { profile: taken } = await session.post('Profiler.stop');
  session.disconnect();
  return taken;
}

function perJob({ nodes, samples = [], timeDeltas }: Profiler.Profile, jobs: number): Measured {
  const functions = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const keys = [...AREAS.map(({ key }) => key), 'engine', 'collector'];
  const sums: { [area: string]: number } = Object.fromEntries(keys.map((key) => [key, 0]));
  for (const [index, id] of samples.entries()) {
    const { functionName: name = '', url = '' } = functions.get(id) ?? {};
    if (name === '(idle)') continue;
    const area = AREAS.find(({ at }) => at.test(url))?.key ?? 'engine';
    const key = name === '(garbage collector)' ? 'collector' : area;
    sums[key] = (sums[key] ?? 0) + (timeDeltas?.[index] ?? 0) / jobs;
  }
  return sums;
}
