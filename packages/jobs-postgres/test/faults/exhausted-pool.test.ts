import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresServer } from '@philjs/jobs-faults';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/index.ts';

const JOBS = 14;
const WORKERS = 2;

test('renews leases while handlers hold all connections of the pool: no job runs twice, none stalls', async () => {
  const server = await PostgresServer.start();
  const folder = mkdtempSync(join(tmpdir(), 'exhausted-pool-'));
  const notes = join(folder, 'notes');
  writeFileSync(notes, '');
  const queue = createQueue({ postgres: server.url, unknownJobs: 'accept' });
  const workers: ChildProcess[] = [];
  onTestFinished(async () => {
    for (const worker of workers) {
      worker.kill('SIGKILL');
      if (worker.exitCode === null && worker.signalCode === null) await once(worker, 'exit');
    }
    await queue.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  });
  const program = join(import.meta.dirname, 'support/holding-worker.ts');
  const args = ['--disable-warning=ExperimentalWarning', program, server.url, notes];
  await queue.enqueueMany(Array.from({ length: JOBS }, () => ({ job: 'work', payload: null })));
  for (let n = 0; n < WORKERS; n++) workers.push(spawn(process.execPath, args));
  while ((await queue.getStats()).completed + (await queue.getStats()).failed < JOBS) {
    await sleep(100);
  }
  const lines = readFileSync(notes, 'utf8').trim().split('\n');
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const [what = ''] = line.split(' ');
    counts[what] = (counts[what] ?? 0) + 1;
  }
  process.stdout.write(`what ${JOBS} jobs did: ${JSON.stringify(counts)}\n`);
  expect(counts).toEqual({ start: JOBS, end: JOBS });
  expect(await queue.getStats()).toMatchObject({ completed: JOBS, failed: 0 });
});
