import { defineJob } from '@philjs/jobs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../server/open-client.ts';
import { FaultBench } from './support/fault-bench.ts';
import { printReport } from './support/report.ts';
import { sleep, waitFor } from './support/wait-for.ts';

let bench: FaultBench;
beforeEach(async () => {
  bench = await FaultBench.start();
});
afterEach(() => bench.end());

test('keeps a limit of 2 over three workers, exactly, while other jobs pass', async () => {
  const running = { now: 0, most: 0, done: 0 };
  const limited = defineJob({
    name: 'limited',
    concurrency: 2,
    handler: async () => {
      running.now += 1;
      running.most = Math.max(running.most, running.now);
      await sleep(10);
      running.now -= 1;
      running.done += 1;
    },
  });
  let others = 0;
  const free = defineJob({
    name: 'free',
    handler: async () => {
      others += 1;
    },
  });
  const queues = Array.from({ length: 3 }, () =>
    bench.queue({ concurrency: 10, enqueueTimeout: 60_000, lockDuration: 30_000 }),
  );
  for (const queue of queues) queue.register(limited, free);
  const [producer] = queues as [(typeof queues)[number]];
  // Free jobs alone, for comparison.
  await Promise.all(queues.map((queue) => queue.process()));
  const aloneMs = await timeOthers(3000);
  await Promise.all(
    Array.from({ length: 10 }, () =>
      producer.enqueueMany(
        Array.from({ length: 1000 }, () => ({ job: limited, payload: undefined })),
      ),
    ),
  );
  await sleep(500);
  const besideMs = await timeOthers(3000);
  const stats = await producer.getStats();
  printReport(
    '10,000 waiting jobs of a type limited to 2',
    {},
    {
      most: running.most,
      done: running.done,
      waiting: stats.waiting,
      ratio: Math.round((aloneMs / besideMs) * 100) / 100,
    },
  );
  expect(running.most).toBe(2);
  await waitFor('limited jobs go on beside them', () => running.done > 100);

  async function timeOthers(count: number): Promise<number> {
    const before = others;
    const startedAt = performance.now();
    await producer.enqueueMany(
      Array.from({ length: count }, () => ({ job: free, payload: undefined })),
    );
    await waitFor('they are done', () => others - before === count, 60_000, 5);
    return performance.now() - startedAt;
  }
});

test('frees the slots of a worker that was killed', async () => {
  const worked = bench.queue();
  const limited = defineJob({ name: 'work', concurrency: 2, handler: async () => undefined });
  await worked.enqueueMany(
    Array.from({ length: 20 }, () => ({ job: 'work', payload: { ms: 10_000 } })),
  );
  const admin = openClient(bench.server);
  const held = (): Promise<number> => admin.scard('{philjs}:faults:pj:slots:work');
  const [victim] = await bench.fleet({ concurrency: 5, workLimit: 2 }).start(1);
  await waitFor('two run', async () => (await worked.getStats()).active === 2);
  expect(await held()).toBe(2);
  await victim?.kill();
  const survivor = bench.queue({ jobs: [limited], concurrency: 5 });
  const killedAt = Date.now();
  await survivor.process();
  await waitFor('all are done', async () => (await survivor.getStats()).completed === 20);
  const slots = await held();
  await admin.quit();
  printReport('a worker killed that held slots', {}, { recoveryMs: Date.now() - killedAt, slots });
  expect(slots).toBe(0);
});

test('keeps a limit that two types share exactly, while workers are killed', async () => {
  const most = 3;
  const producer = bench.queue({ sharedLimit: most });
  const jobs = Array.from({ length: 400 }, (_, index) => ({
    job: index % 2 === 0 ? 'shared' : 'sharing',
    payload: undefined,
  }));
  await producer.enqueueMany(jobs);
  const fleet = bench.fleet({ sharedLimit: most, concurrency: 4, jobMs: 40 });
  const working = await fleet.start(4);
  const killedAt = new Map<number, number>();
  for (let kills = 0; kills < 10; kills++) {
    await sleep(400);
    const [victim] = working.splice(kills % working.length, 1);
    if (victim === undefined) continue;
    await victim.kill();
    killedAt.set(victim.pid, Date.now());
    working.push(...(await fleet.start(1)));
  }
  const isDone = async (): Promise<boolean> =>
    (await producer.getStats()).completed === jobs.length;
  await waitFor('all are done', isDone, 120_000);
  const running = new Map<string, number>();
  let seen = 0;
  for (const { what, jobId, fencingToken, pid, at } of bench.oracle.lines()) {
    for (const [run, of] of running) if ((killedAt.get(of) ?? at) < at) running.delete(run);
    const run = `${jobId} ${fencingToken}`;
    if (what === 'start') running.set(run, pid);
    else running.delete(run);
    seen = Math.max(seen, running.size);
  }
  const active = (await producer.getStats()).active;
  const report = { kills: killedAt.size, seen, active };
  printReport('a limit of 3 that two types share', {}, report);
  expect(killedAt.size).toBe(10);
  expect(seen).toBe(most);
});
