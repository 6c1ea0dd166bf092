import type { EnqueueItem } from '@philjs/jobs-core';
import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import type { Figure } from '../benchmark/figure.ts';
import { fill } from '../contenders/memory/fill.ts';
import { usedHeap } from '../harness/stopwatch.ts';

interface HeapParams extends Params {
  readonly jobs: number;
  readonly state: 'waiting' | 'delayed';
}

const JOBS = { tiny: 1_000, quick: 100_000, full: 1_000_000 };
const heapPerJob: Figure = {
  key: 'heapPerJob',
  title: 'heap per job',
  unit: 'bytes',
  better: 'lower',
};

/** Measures the heap of a waiting job. */
export const memoryHeap: Benchmark = defineBenchmark<HeapParams>({
  name: 'memory-heap',
  title: 'heap of a job that waits, in memory',
  method:
    'The heap in use, after a collection, with 1,000,000 jobs and without them. The payload is ' +
    '`{ "to": "user123456@example.com", "subject": "Welcome" }`, parsed from JSON; it, the id and all the queue keeps of the ' +
    'job are counted.',
  ratioTitle: 'ours : it',
  figures: [heapPerJob],
  targets: [
    {
      title: 'bytes of heap of a waiting job with a small payload',
      case: '',
      contender: 'waiting',
      figure: heapPerJob.key,
      of: 'median',
      atMost: 350,
    },
  ],
  rounds: { tiny: 1, quick: 1, full: 3 },
  cases: (size) => [
    {
      title: '',
      contenders: (['waiting', 'delayed'] as const).map((state) => ({
        id: state,
        params: { state, jobs: JOBS[size] },
      })),
    },
  ],
  measure,
});

async function measure({ jobs, state }: HeapParams): Promise<Measured> {
  const { defineJob } = await import('@philjs/jobs-core');
  const { createQueue } = await import('@philjs/jobs-memory');
  const job = defineJob({
    name: 'send-mail',
    handler: async (_payload: { to: string; subject: string }) => undefined,
  });
  const queue = createQueue({ jobs: [job] });
  const options = { delay: state === 'delayed' ? 3_600_000 : 0 };
  const itemOf = (index: number): EnqueueItem => {
    const text = `{"to":"user${index}@example.com","subject":"Welcome"}`;
    return { job, payload: JSON.parse(text) as unknown, options };
  };
  await fill(queue, Math.ceil(jobs / 100), itemOf);
  const before = usedHeap();
  await fill(queue, jobs, itemOf);
  const heapPerJob = (usedHeap() - before) / jobs;
  await queue.close();
  return { heapPerJob };
}
