import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { deadLetters, defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/index.ts';

const JOBS = 5000;
const WORKER = fileURLToPath(new URL('support/failing-worker.ts', import.meta.url));

test('a worker that is killed between failing and storing loses no dead letter', async () => {
  const server = await PostgresServer.start();
  const queue = createQueue({ name: 'failing', postgres: server.url });
  const dead = createQueue({ name: 'dead', postgres: server.url });
  let child: ChildProcess | undefined;
  onTestFinished(async () => {
    child?.kill('SIGKILL');
    await Promise.all([queue.close(), dead.close()]);
    await server.stop();
  });
  const job = defineJob({ name: 'fail', attempts: 1, handler: () => null });
  for (let n = 0; n < JOBS; n += 1000) {
    const items = Array.from({ length: 1000 }, (_, i) => ({ job, payload: n + i }));
    await queue.enqueueMany(items);
  }
  let kills = -1;
  while ((await queue.getStats()).failed < JOBS) {
    if (child !== undefined) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    kills += 1;
    const args = ['--disable-warning=ExperimentalWarning', WORKER, server.url];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    await sleep(50 + Math.random() * 150);
  }
  const letters = await deadLetters(dead).list();
  const of = new Set(letters.map(({ jobId }) => jobId));
  process.stdout.write(
    `${JSON.stringify({ jobs: JOBS, kills, letters: letters.length, of: of.size })}\n`,
  );
  expect(kills).toBeGreaterThan(0);
  expect([letters.length, of.size]).toEqual([JOBS, JOBS]);
  expect(await dead.groups()).toMatchObject([{ name: 'fail', count: JOBS }]);
}, 240_000);
