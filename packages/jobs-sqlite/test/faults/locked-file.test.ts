import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkerProcesses } from '@philjs/jobs-faults';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/index.ts';

const HELD_MS = 12_000;
/** Longer than the fault lasts, so that no job is taken for stalled. */
const LEASE_MS = '60000';
const WORKER = join(import.meta.dirname, 'support/worker-process.ts');
const HOLDER = join(import.meta.dirname, 'support/lock-holder.ts');

test('goes on unaided after another process has locked the file for longer than any call waits', async () => {
  const processes = new WorkerProcesses(WORKER);
  const path = join(processes.folder, 'jobs.sqlite');
  const holders = new WorkerProcesses(HOLDER);
  const queue = createQueue({ path, unknownJobs: 'accept' });
  queue.on('error', () => undefined);
  onTestFinished(async () => {
    await holders.end();
    await processes.end();
    await queue.close();
  });
  const items = Array.from({ length: 400 }, () => ({ job: 'work', payload: null }));
  const accepted = (await queue.enqueueMany(items)).map(({ id }) => id);
  // From before they start: the first may be done with nearly all jobs when the second is ready.
  const working = processes.untilMoreEnded(40);
  await processes.startReady(path, processes.notes, LEASE_MS);
  await processes.startReady(path, processes.notes, LEASE_MS);
  await working;

  const holder = await holders.startReady(path);
  const heldAt = performance.now();
  const released = once(holder, 'exit');
  await expect(queue.enqueue('work', null)).rejects.toMatchObject({
    code: 'JOBS_BACKEND_UNAVAILABLE',
  });
  // Readers are not held up.
  expect(await queue.getStats()).toMatchObject({ total: 400 });
  // The calls of the workers, too, have waited as long as they do.
  await sleep(Math.max(0, HELD_MS - (performance.now() - heldAt)));
  holder.kill('SIGTERM');
  await released;
  const releasedAt = performance.now();
  accepted.push((await queue.enqueue('work', null)).id);
  await processes.untilEnded(accepted);
  while ((await queue.getStats()).completed < accepted.length) await sleep(20);

  const report = {
    ...{
      accepted: accepted.length,
      lost: processes.lost(accepted),
      duplicates: processes.duplicates(),
    },
    doneMs: Math.round(performance.now() - releasedAt),
  };
  process.stdout.write(`file locked for at least ${HELD_MS} ms: ${JSON.stringify(report)}\n`);
  expect(report.duplicates).toBe(0);
  expect(await queue.getStats()).toMatchObject({ failed: 0, active: 0, waiting: 0 });
});
