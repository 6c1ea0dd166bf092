import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { latencyFigures } from '../benchmark/figure.ts';
import { mailPayload } from '../contenders/memory/memory-contender.ts';
import {
  loadContender,
  type RedisContenderName,
  redisContenders,
} from '../contenders/redis/load-contender.ts';
import { quantile } from '../harness/statistics.ts';

interface LatencyParams extends Params {
  readonly contender: RedisContenderName;
  readonly jobs: number;
}

const JOBS = { tiny: 10, quick: 300, full: 1_000 };

/** Measures how soon an idle worker on Redis starts a job that is enqueued. */
export const redisLatency: Benchmark = defineBenchmark<LatencyParams>({
  name: 'redis-latency',
  title: 'from enqueue to the start of the handler, on an idle worker on Redis',
  method:
    'One job at a time, producer and worker in one process: from the call that stores it to the first line of its handler. ' +
    'The next one follows 2 ms after, when the worker waits for jobs again. As many jobs go before, since code that is new to a ' +
    'process is slow: a worker that has run for a while is what is measured.',
  needsRedis: true,
  ratioTitle: 'ours : it',
  figures: latencyFigures,
  targets: [
    {
      title: 'enqueue-to-start p50 against BullMQ',
      case: '',
      contender: 'bullmq',
      figure: 'p50',
      of: 'ratio',
      atLeast: 0.952,
    },
  ],
  rounds: { tiny: 1, quick: 3, full: 11 },
  cases: (size) => [
    {
      title: '',
      contenders: redisContenders.map((contender) => ({
        id: contender,
        params: { contender, jobs: JOBS[size] },
      })),
    },
  ],
  measure,
});

async function measure(
  { contender, jobs }: LatencyParams,
  { redisPort }: { redisPort: number },
): Promise<Measured> {
  const { RedisMeter } = await import('../harness/redis-meter.ts');
  const meter = new RedisMeter(redisPort);
  await meter.clear();
  const setUp = await loadContender(contender);
  const waits: number[] = [];
  let enqueuedAt = 0;
  let started: () => void = () => undefined;
  const onStart = (): void => {
    waits.push((performance.now() - enqueuedAt) * 1000);
    started();
  };
  const run = await setUp({ port: redisPort, concurrency: 1, onStart });
  await run.start();
  const warmUp = jobs;
  for (let index = 0; index < jobs + warmUp; index++) {
    const start = new Promise<void>((resolve) => {
      started = resolve;
    });
    enqueuedAt = performance.now();
    await Promise.all([run.enqueue(mailPayload(index)), start]);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await run.close();
  meter.close();
  const measured = waits.slice(warmUp);
  return { p50: quantile(measured, 0.5), p99: quantile(measured, 0.99) };
}
