import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkerProcesses } from '@philjs/jobs-faults';
import { expect, it, onTestFinished } from 'vitest';
import { createQueue } from '../../src/index.ts';

const JOBS = 1_000;
const KILLS = 12;
const WORKERS = 3;
/** As many jobs as a worker holds: those in its four slots, and two ahead of them while ends are recorded. */
const HELD = 6;
/** Long enough for a process that gets no processor for a while. */
const LEASE_MS = '5000';
const WORKER = join(import.meta.dirname, 'support/worker-process.ts');

it('loses no job when workers that share a file are killed again and again', async () => {
  const processes = new WorkerProcesses(WORKER);
  onTestFinished(() => processes.end());
  const path = join(processes.folder, 'jobs.sqlite');
  const queue = createQueue({ path, unknownJobs: 'accept' });
  const items = Array.from({ length: JOBS }, (_, payload) => ({ job: 'work', payload }));
  const accepted = await queue.enqueueMany(items);

  const workers = Array.from({ length: WORKERS }, () =>
    processes.start(path, processes.notes, LEASE_MS),
  );
  for (let round = 0; round < KILLS; round++) {
    const before = processes.noted('start').length;
    while (processes.noted('start').length < before + 40) await sleep(5);
    const index = round % WORKERS;
    const worker = workers[index];
    if (worker !== undefined) await processes.kill(worker);
    workers[index] = processes.start(path, processes.notes, LEASE_MS);
  }
  while ((await queue.getStats()).completed < JOBS) await sleep(20);
  expect(await queue.getStats()).toMatchObject({ total: JOBS, failed: 0 });
  await queue.close();

  const ended = new Set(processes.noted('end'));
  expect(accepted.filter(({ id }) => !ended.has(id))).toEqual([]);
  expect(processes.noted('start').length - JOBS).toBeLessThanOrEqual(KILLS * HELD);
});
