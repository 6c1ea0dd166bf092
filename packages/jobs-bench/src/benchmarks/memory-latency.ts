import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { latencyFigures } from '../benchmark/figure.ts';
import { loadContender, type MemoryContenderName } from '../contenders/memory/load-contender.ts';
import { mailPayload } from '../contenders/memory/memory-contender.ts';
import { quantile } from '../harness/statistics.ts';
import { collectGarbage } from '../harness/stopwatch.ts';

interface LatencyParams extends Params {
  readonly contender: MemoryContenderName;
  readonly jobs: number;
}

const JOBS = { tiny: 50, quick: 5_000, full: 20_000 };
const CONTENDERS: readonly MemoryContenderName[] = ['philjs', 'p-queue'];

/** Measures how soon an idle worker starts a job that is enqueued. */
export const memoryLatency: Benchmark = defineBenchmark<LatencyParams>({
  name: 'memory-latency',
  title: 'from enqueue to the start of the handler, on an idle worker in memory',
  method:
    'One job at a time: from the call that hands it over to the first line of its handler. The next one follows in a turn ' +
    'of the event loop of its own, so each finds the worker idle, as a request of a server would.',
  ratioTitle: 'ours : it',
  figures: latencyFigures,
  targets: [],
  rounds: { tiny: 1, quick: 3, full: 11 },
  cases: (size) => [
    {
      title: '',
      contenders: CONTENDERS.map((contender) => ({
        id: contender,
        params: { contender, jobs: JOBS[size] },
      })),
    },
  ],
  measure,
});

async function measure({ contender, jobs }: LatencyParams): Promise<Measured> {
  const setUp = await loadContender(contender);
  const waits: number[] = [];
  let enqueuedAt = 0;
  let started: () => void = () => undefined;
  const onStart = (): void => {
    waits.push((performance.now() - enqueuedAt) * 1000);
    started();
  };
  const warmUp = Math.ceil(jobs / 4);
  const run = await setUp({ concurrency: 1, onStart });
  await run.start();
  collectGarbage();
  for (let index = 0; index < jobs + warmUp; index++) {
    const start = new Promise<void>((resolve) => {
      started = resolve;
    });
    const payload = mailPayload(index);
    enqueuedAt = performance.now();
    await Promise.all([run.submit(payload), start]);
    await new Promise(setImmediate);
  }
  await run.close();
  const measured = waits.slice(warmUp);
  return { p50: quantile(measured, 0.5), p99: quantile(measured, 0.99) };
}
