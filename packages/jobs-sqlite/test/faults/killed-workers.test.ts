import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createQueue } from '../../src/index.ts';

const JOBS = 1_000;
const KILLS = 12;
const WORKERS = 3;
const CONCURRENCY = 4;

let folder: string;
const running = new Set<ChildProcess>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-sqlite-'));
});
afterEach(async () => {
  for (const worker of running) await kill(worker);
  rmSync(folder, { recursive: true, force: true });
});

it('loses no job when workers that share a file are killed again and again', async () => {
  const path = join(folder, 'jobs.sqlite');
  const queue = createQueue({ path, unknownJobs: 'accept' });
  const items = Array.from({ length: JOBS }, (_, payload) => ({ job: 'work', payload }));
  const accepted = await queue.enqueueMany(items);

  const workers = Array.from({ length: WORKERS }, () => startWorker(path));
  for (let round = 0; round < KILLS; round++) {
    const before = noted('start').length;
    while (noted('start').length < before + 40) await sleep(5);
    const index = round % WORKERS;
    await kill(workers[index] as ChildProcess);
    workers[index] = startWorker(path);
  }
  while ((await queue.getStats()).completed < JOBS) await sleep(20);
  expect(await queue.getStats()).toMatchObject({ total: JOBS, failed: 0 });
  await queue.close();

  const ended = new Set(noted('end'));
  expect(accepted.filter(({ id }) => !ended.has(id))).toEqual([]);
  expect(noted('start').length - JOBS).toBeLessThanOrEqual(KILLS * CONCURRENCY);
});

function startWorker(path: string): ChildProcess {
  const program = join(import.meta.dirname, 'support/worker-process.ts');
  const args = ['--disable-warning=ExperimentalWarning', program, path, join(folder, 'notes')];
  const worker = spawn(process.execPath, args, { stdio: 'inherit' });
  running.add(worker);
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  running.delete(worker);
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  worker.kill('SIGKILL');
  await once(worker, 'exit');
}

function noted(what: 'start' | 'end'): string[] {
  const notes = join(folder, 'notes');
  const lines = existsSync(notes) ? readFileSync(notes, 'utf8').split('\n') : [];
  return lines.filter((line) => line.startsWith(what)).map((line) => line.split(' ')[1] ?? '');
}
