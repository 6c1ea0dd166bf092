import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue } from '@philjs/jobs-core';
import { expect, it } from 'vitest';
import { sqliteBackend } from '../src/index.ts';

const JOBS = 400;
const KILLS = 6;
const CONCURRENCY = 4;

const directory = mkdtempSync(join(tmpdir(), 'jobs-'));
const file = join(directory, 'jobs.db');
const notes = join(directory, 'notes');

function startWorker(): ChildProcess {
  const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'worker.ts')];
  return spawn(process.execPath, [...args, file, notes], { stdio: 'inherit' });
}

function noted(what: 'start' | 'end'): string[] {
  const lines = existsSync(notes) ? readFileSync(notes, 'utf8').split('\n') : [];
  return lines.filter((line) => line.startsWith(what)).map((line) => line.split(' ')[1] ?? '');
}

it('loses no job though its process is killed again and again', async () => {
  const queue = createQueue({ backend: sqliteBackend({ file }), unknownJobs: 'accept' });
  const items = Array.from({ length: JOBS }, (_, payload) => ({ job: 'work', payload }));
  const accepted = await queue.enqueueMany(items);
  await queue.close();

  for (let kill = 0; kill < KILLS; kill++) {
    const worker = startWorker();
    const before = noted('start').length;
    while (noted('start').length < before + 20) await sleep(5);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }

  const restarted = createQueue({ backend: sqliteBackend({ file }) });
  expect(await restarted.getStats()).toMatchObject({ total: JOBS, failed: 0 });
  const worker = startWorker();
  while ((await restarted.getStats()).completed < JOBS) await sleep(20);
  worker.kill('SIGKILL');
  await restarted.close();

  const ended = new Set(noted('end'));
  const lost = accepted.filter(({ id }) => !ended.has(id)).length;
  const duplicates = noted('start').length - JOBS;
  console.log({
    accepted: accepted.length,
    completed: ended.size,
    runs: noted('start').length,
    lost,
    duplicates,
  });
  expect(lost).toBe(0);
  expect(duplicates).toBeLessThanOrEqual(KILLS * CONCURRENCY);
}, 60_000);
