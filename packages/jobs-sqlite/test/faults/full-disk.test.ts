import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SmallDisk, WorkerProcesses } from '@philjs/jobs-faults';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/index.ts';
import { readRow } from './support/read-row.ts';

/** Longer than the fault lasts, so that no job is taken for stalled. */
const LEASE_MS = '60000';
const WORKER = join(import.meta.dirname, 'support/worker-process.ts');

test('refuses jobs while the disk is full, and runs all accepted ones once it is not', async () => {
  const disk = SmallDisk.mount(24 * 1024 * 1024);
  const path = `${disk.path}/jobs.sqlite`;
  const processes = new WorkerProcesses(WORKER);
  const queue = createQueue({ path, unknownJobs: 'accept' });
  queue.on('error', () => undefined);
  onTestFinished(async () => {
    await processes.end();
    await queue.close();
    disk.unmount();
  });
  const accepted: string[] = [];
  const codes = new Set<string>();
  const enqueue = async (): Promise<boolean> => {
    const payload = 'x'.repeat(10_000);
    const items = Array.from({ length: 20 }, () => ({ job: 'work', payload }));
    try {
      accepted.push(...(await queue.enqueueMany(items)).map(({ id }) => id));
      return true;
    } catch (error) {
      codes.add((error as { code: string }).code);
      return false;
    }
  };
  await processes.startReady(path, processes.notes, LEASE_MS);
  await processes.startReady(path, processes.notes, LEASE_MS);
  // From before there are jobs: the workers may be done with nearly all when the last one is stored.
  const working = processes.untilMoreEnded(40);
  for (let n = 0; n < 20; n++) await enqueue();
  await working;

  disk.fill();
  let refused = 0;
  while (refused < 10) {
    if (!(await enqueue())) refused += 1;
  }
  // The workers go on with what fits, and try the rest again.
  await sleep(2_000);
  disk.free();
  const freedAt = performance.now();
  while (!(await enqueue())) await sleep(20);
  const acceptingMs = Math.round(performance.now() - freedAt);
  await processes.untilEnded(accepted);
  while ((await queue.getStats()).completed < accepted.length) await sleep(20);

  const report = {
    ...{
      accepted: accepted.length,
      lost: processes.lost(accepted),
      duplicates: processes.duplicates(),
    },
    ...{ refused, acceptingMs },
  };
  process.stdout.write(`disk full: ${JSON.stringify(report)}\n`);
  expect([...codes]).toEqual(['JOBS_BACKEND_UNAVAILABLE']);
  expect(readRow(path, 'PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' });
  expect(report.duplicates).toBe(0);
  expect(await queue.getStats()).toMatchObject({ failed: 0, active: 0, waiting: 0 });
});
