import { defineJob } from '@philjs/jobs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FaultBench } from './support/fault-bench.ts';
import { printReport } from './support/report.ts';
import { sleep, waitFor } from './support/wait-for.ts';

let bench: FaultBench;
beforeEach(async () => {
  bench = await FaultBench.start();
});
afterEach(() => bench.end());

test('leaves what an old worker does not know to the new one, and fails nothing', async () => {
  const ran: string[] = [];
  const handler = (who: string) => async (_payload: unknown) => {
    ran.push(who);
  };
  const first = defineJob({ name: 'greet', handler: handler('old') });
  const second = defineJob({
    name: 'greet',
    version: 2,
    migrate: { 1: (old: object) => ({ ...old, locale: 'en' }) },
    handler: handler('new'),
  });
  const added = defineJob({ name: 'added-later', handler: handler('new') });

  const oldWorker = bench.queue();
  oldWorker.register(first);
  await oldWorker.process();
  const producer = bench.queue();
  producer.register(second, added);
  const jobs = await producer.enqueueMany([
    ...Array.from({ length: 20 }, (_, n) => ({ job: second, payload: { n } })),
    ...Array.from({ length: 20 }, (_, n) => ({ job: added, payload: { n } })),
  ]);
  await sleep(1000);
  const before = await producer.getStats();

  const newWorker = bench.queue();
  newWorker.register(second, added);
  await newWorker.process();
  const tookMs = await waitFor(
    'the new worker has run them',
    async () => (await producer.getStats()).completed === jobs.length,
    60_000,
  );
  const after = await producer.getStats();
  const records = await Promise.all(jobs.map(({ id }) => producer.getJob(id)));
  printReport(
    'old worker beside a new producer',
    {},
    { before, after, tookMs: Math.round(tookMs) },
  );
  expect(before).toMatchObject({ completed: 0, failed: 0 });
  expect(after).toMatchObject({ completed: jobs.length, failed: 0 });
  expect(new Set(ran)).toEqual(new Set(['new']));
  expect(records.every((job) => job?.attemptsMade === 1)).toBe(true);
});
