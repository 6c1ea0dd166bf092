import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkerProcesses } from '@philjs/jobs-faults';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/index.ts';
import { readRow } from './support/read-row.ts';

const ROUNDS = 10;
/** As many as `enqueueMany` stores in one transaction. */
const JOBS = 1_000;
const WRITER = join(import.meta.dirname, 'support/bulk-writer.ts');

test('stores all jobs of a transaction or none when its process is killed in mid-write', async () => {
  const processes = new WorkerProcesses(WRITER);
  const path = join(processes.folder, 'jobs.sqlite');
  const queue = createQueue({ path, unknownJobs: 'accept' });
  onTestFinished(async () => {
    await queue.close();
    await processes.end();
  });
  let stored: number = (await queue.enqueueMany([{ job: 'work', payload: null }])).length;
  const walBytes = (): number => statSync(`${path}-wal`).size;
  let inMidWrite = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const writer = await processes.startReady(path, String(JOBS));
    // A transaction that outgrows SQLite's cache is written to its log before it is committed.
    const before = walBytes();
    while (walBytes() < before + 3_000_000 && writer.exitCode === null) await sleep(1);
    await processes.kill(writer);

    const { total } = await queue.getStats();
    expect([stored, stored + JOBS]).toContain(total);
    if (total === stored) inMidWrite += 1;
    stored = total;
    expect(readRow(path, 'PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' });
    // The file is free at once.
    stored += (await queue.enqueueMany([{ job: 'work', payload: null }])).length;
  }
  process.stdout.write(`killed in mid-write: ${JSON.stringify({ rounds: ROUNDS, inMidWrite })}\n`);
  expect(inMidWrite).toBeGreaterThan(0);
});
