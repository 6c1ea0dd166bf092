import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { startReceiver } from '../receiver.ts';

const JOBS = 10_000;
const KILLS = 12;
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

test('10,000 ends of jobs are all delivered, each under one id, by senders that are killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'philjs-webhooks-'));
  const path = join(folder, 'jobs.sqlite');
  const accepted = new Map<string, Set<string>>();
  const jobOf = new Map<string, string>();
  let [tries, crossed] = [0, 0];
  const receiver = await startReceiver(({ id, message }, response) => {
    tries += 1;
    const jobId = String(message.data['jobId']);
    if ((jobOf.get(id) ?? jobId) !== jobId) crossed += 1;
    jobOf.set(id, jobId);
    const fails = Math.random() < 0.3;
    if (!fails) accepted.set(jobId, (accepted.get(jobId) ?? new Set()).add(id));
    response.writeHead(fails ? 500 : 200).end();
  });
  const queue = createQueue({ path });
  let child: ChildProcess | undefined;
  onTestFinished(async () => {
    child?.kill('SIGKILL');
    await queue.close({ timeout: 0 });
    await receiver.close();
    rmSync(folder, { recursive: true });
  });
  const start = async (): Promise<void> => {
    const args = ['--disable-warning=ExperimentalWarning', WORKER, path, receiver.url];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
  };

  const work = defineJob({
    name: 'work',
    attempts: 1,
    removeOnComplete: true,
    handler: () => null,
  });
  for (let n = 0; n < JOBS; n += 1000) {
    const payloads = Array.from({ length: 1000 }, (_, i) => n + i);
    await queue.enqueueMany(payloads.map((payload) => ({ job: work, payload })));
  }
  await start();
  for (let kill = 0; kill < KILLS && accepted.size < JOBS; kill++) {
    await sleep(500 + Math.random() * 1500);
    const ended = once(child as ChildProcess, 'exit');
    child?.kill('SIGKILL');
    await ended;
    await start();
  }
  const deadline = Date.now() + 600_000;
  while (accepted.size < JOBS && Date.now() < deadline) await sleep(200);
  const ids = new Set([...accepted.values()].flatMap((of) => [...of]));
  const several = [...accepted.values()].filter((of) => of.size > 1).length;
  const reported = {
    jobs: JOBS,
    accepted: accepted.size,
    lost: JOBS - accepted.size,
    tries,
    crossed,
    several,
  };
  process.stdout.write(`${JSON.stringify({ ...reported, refused: receiver.refused.length })}\n`);
  expect(accepted.size).toBe(JOBS);
  expect(crossed).toBe(0);
  // A job that ran again, since its worker was killed before the outcome was recorded, still ends once.
  expect(ids.size).toBe(JOBS);
  expect(receiver.refused).toEqual([]);
}, 1_200_000);
