import {
  type Benchmark,
  type Case,
  defineBenchmark,
  type Measured,
  type Params,
  type Size,
} from '../benchmark/benchmark.ts';
import { cpuPerJob, heapAfter, jobsPerSecond } from '../benchmark/figure.ts';
import type { Target } from '../benchmark/target.ts';
import { loadContender, type MemoryContenderName } from '../contenders/memory/load-contender.ts';
import {
  type MemoryContender,
  type MemoryRun,
  mailPayload,
} from '../contenders/memory/memory-contender.ts';
import { type Elapsed, stopwatch, usedHeap } from '../harness/stopwatch.ts';

const JOBS = { tiny: 200, quick: 50_000, full: 200_000 };
/**
 * The number of jobs before the measured ones, over two queues: V8 has then compiled the code for more than one of
 * them. With fewer, the compiler takes up to a third of the processor time of the measured jobs.
 */
const WARM_UP = { tiny: 20, quick: 50_000, full: 200_000 };
/** How many jobs are submitted before the benchmark waits for any of them. */
const BURST = 1000;

/**
 * - `steady`: the worker runs; a thousand jobs are submitted, one call each, and when they are done a thousand more.
 * - `batches`: the same with `enqueueMany`, a thousand jobs per call.
 * - `flood`: the worker runs; all jobs are submitted before the benchmark waits for any.
 * - `run-only`: all jobs are waiting already; timed from the start of the worker.
 */
type Mode = 'steady' | 'batches' | 'flood' | 'run-only';

interface RunParams extends Params {
  readonly contender: MemoryContenderName;
  readonly mode: Mode;
  readonly concurrency: number;
  readonly jobs: number;
  readonly warmUp: number;
}

type Setting = Pick<RunParams, 'mode' | 'concurrency'>;

const SETTINGS: readonly Setting[] = [
  { mode: 'steady', concurrency: 1 },
  { mode: 'steady', concurrency: 16 },
  { mode: 'run-only', concurrency: 1 },
  { mode: 'run-only', concurrency: 16 },
  { mode: 'batches', concurrency: 16 },
  { mode: 'flood', concurrency: 16 },
];
const CONTENDERS: readonly MemoryContenderName[] = ['philjs', 'p-queue'];

/** Measures enqueueing and running in memory against queues that keep no jobs. */
export const memoryRun: Benchmark = defineBenchmark<RunParams>({
  name: 'memory-run',
  title: 'enqueue and run jobs that do nothing, in memory',
  method:
    'A handler that does nothing, 200,000 jobs. Ours do what they do for users: full records under an id of their own, ' +
    'a checked copy of the payload, retention, metrics, and listeners on `completed`, `failed` and `error`. p-queue keeps ' +
    'functions and no jobs. *steady*: the worker runs; 1,000 jobs are handed over, one call each, ' +
    'and when they are done the next 1,000. *batches*: the same by one call of `enqueueMany` (p-queue: `addAll`). ' +
    '*flood*: all 200,000 are handed over before anything is awaited. ' +
    '*run-only*: they wait already. As many jobs before, over two other queues, warm the code up.',
  ratioTitle: 'ours : it',
  figures: [jobsPerSecond, cpuPerJob, heapAfter],
  targets: [
    target('steady', 0.9),
    target('batches', 1.25),
    target('flood', 1.05),
    target('run-only', 1.3),
  ],
  rounds: { tiny: 1, quick: 3, full: 11 },
  cases,
  measure,
});

/** Makes a target of processor time, which other programs on the machine disturb least. */
function target(mode: Mode, atLeast: number): Target {
  return {
    title: `${mode} at concurrency 16 against p-queue, in processor time`,
    case: titleOf({ mode, concurrency: 16 }),
    contender: 'p-queue',
    figure: cpuPerJob.key,
    of: 'ratio',
    atLeast,
  };
}

function cases(size: Size): readonly Case<RunParams>[] {
  return SETTINGS.map((setting) => ({
    title: titleOf(setting),
    contenders: CONTENDERS.map((contender) => ({
      id: contender,
      params: { ...setting, contender, jobs: JOBS[size], warmUp: WARM_UP[size] },
    })),
  }));
}

function titleOf({ mode, concurrency }: Setting): string {
  return `${mode}, concurrency ${concurrency}`;
}

async function measure(params: RunParams): Promise<Measured> {
  const contender = await loadContender(params.contender);
  for (const jobs of [params.warmUp / 2, params.warmUp / 2]) await once(contender, params, jobs);
  const { wallMs, cpuMs } = await once(contender, params, params.jobs);
  return {
    jobsPerSecond: (params.jobs / wallMs) * 1000,
    cpuPerJob: (cpuMs / params.jobs) * 1000,
    heapAfter: usedHeap(),
  };
}

async function once(contender: MemoryContender, params: RunParams, jobs: number): Promise<Elapsed> {
  const { concurrency, mode } = params;
  const run = await contender({ concurrency });
  const elapsed =
    mode === 'run-only' ? await runOnly(run, jobs) : await enqueueAndRun(run, jobs, mode);
  await run.close();
  return elapsed;
}

async function runOnly(run: MemoryRun, jobs: number): Promise<Elapsed> {
  const submitted = submitAll(run, 0, jobs);
  if (run.resolvesWhen === 'stored') await submitted;
  return stopwatch(async () => {
    await run.start();
    await Promise.all([submitted, run.done(jobs)]);
  });
}

async function enqueueAndRun(run: MemoryRun, jobs: number, mode: Mode): Promise<Elapsed> {
  const burst = mode === 'flood' ? jobs : BURST;
  await run.start();
  return stopwatch(async () => {
    for (let start = 0; start < jobs; start += burst) {
      const end = Math.min(jobs, start + burst);
      await (mode === 'batches' ? submitTogether(run, start, end) : submitAll(run, start, end));
      await run.done(end);
    }
  });
}

function submitAll(run: MemoryRun, start: number, end: number): Promise<unknown> {
  const submitted: Promise<unknown>[] = [];
  for (let index = start; index < end; index++) submitted.push(run.submit(mailPayload(index)));
  return Promise.all(submitted);
}

async function submitTogether(run: MemoryRun, start: number, end: number): Promise<void> {
  const payloads = Array.from({ length: end - start }, (_, offset) => mailPayload(start + offset));
  await run.submitMany?.(payloads);
}
