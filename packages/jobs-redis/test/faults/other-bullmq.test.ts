import { Queue as BullQueue, Worker as BullWorker, FlowProducer } from 'bullmq';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FaultBench } from './support/fault-bench.ts';
import { countRuns, printReport } from './support/report.ts';
import { sleep, waitFor } from './support/wait-for.ts';

const PREFIX = '{philjs}';

let bench: FaultBench;
beforeEach(async () => {
  bench = await FaultBench.start();
});
afterEach(() => bench.end());

test('runs its own jobs with an untested BullMQ, and leaves alone and reports what BullMQ added', async () => {
  const connection = { port: bench.server.port, maxRetriesPerRequest: null };
  const bull = new BullQueue(bench.queueName, { connection, prefix: PREFIX });
  const flows = new FlowProducer({ connection, prefix: PREFIX });
  await bull.addBulk(Array.from({ length: 100 }, () => ({ name: 'work', data: {} })));
  await bull.add('work', {}, { priority: 5, jobId: 'urgent' });
  const children = [{ name: 'work', queueName: bench.queueName, opts: { jobId: 'child' } }];
  await flows.add({
    name: 'work',
    queueName: bench.queueName,
    opts: { jobId: 'parent' },
    children,
  });
  const queue = bench.queue();
  const accepted = await queue.enqueueMany(
    Array.from({ length: 200 }, () => ({ job: 'work', payload: {} })),
  );
  const [worker] = await bench.fleet({ hasOtherBullMQ: true }).start(1);
  await waitFor('ours are done', async () => (await queue.getStats()).completed === 200);
  await sleep(1000);

  const ids = accepted.map(({ id }) => id);
  const report = countRuns(ids, bench.oracle.lines(), []);
  const foreign = await Promise.all(['1', '50', 'urgent', 'child'].map((id) => bull.getJob(id)));
  printReport('another version of BullMQ', report, { listed: await bull.getJobCounts() });
  expect(report).toMatchObject({ lost: 0, duplicates: 0, runs: 200 });
  expect(foreign.map((job) => [job?.attemptsMade, job?.finishedOn])).toEqual(
    foreign.map(() => [0, undefined]),
  );
  expect(worker?.output).toContain('JOBS_NOT_SUPPORTED');
  expect(worker?.output.split('JOBS_NOT_SUPPORTED')).toHaveLength(2);

  // What was left alone runs where BullMQ itself works.
  const raw = new BullWorker(bench.queueName, async () => 'by BullMQ', {
    connection,
    prefix: PREFIX,
    concurrency: 20,
  });
  await waitFor('BullMQ has run its own', async () => (await bull.getCompletedCount()) === 303);
  await raw.close();
  await flows.close();
  await bull.close();
});
