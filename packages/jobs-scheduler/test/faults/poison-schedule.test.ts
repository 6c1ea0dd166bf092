import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { redisBackend } from '@philjs/jobs-redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scheduler } from '../../src/index.ts';

const PATIENCE_MS = 300_000;
const program = new URL('./poison-process.ts', import.meta.url);

describe('a schedule whose job ends each worker that runs it', () => {
  let server: RedisServer;
  let folder: string;
  let child: ChildProcess | undefined;
  let isOver = false;

  beforeEach(async () => {
    server = await RedisServer.start();
    folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-scheduler-'));
    isOver = false;
  });

  afterEach(async () => {
    isOver = true;
    child?.kill('SIGKILL');
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a worker, and another one whenever it ends, as a supervisor does. */
  function keepRunning(args: readonly string[]): void {
    child = fork(program, args);
    child.once('exit', () => {
      if (!isOver) keepRunning(args);
    });
  }

  it.each([1, 2])(
    'fails after %i redeliveries, as every other job does',
    async (maxStalledCount) => {
      const startsFile = join(folder, 'starts');
      writeFileSync(startsFile, '');
      keepRunning([server.url, startsFile, `${maxStalledCount}`]);
      const queue = createQueue({
        name: 'faults',
        backend: redisBackend({ redis: server.url, enqueueTimeout: 60_000 }),
      });
      const deadline = Date.now() + PATIENCE_MS;
      while ((await queue.getStats()).failed === 0) {
        if (Date.now() > deadline) throw new Error('The job did not fail');
        await sleep(100);
      }
      const starts = readFileSync(startsFile, 'utf8').trim().split('\n');
      process.stdout.write(`${JSON.stringify({ maxStalledCount, starts: starts.length })}\n`);
      expect(starts).toHaveLength(maxStalledCount + 1);
      expect(await queue.getJob(starts[0] ?? '')).toMatchObject({
        status: 'failed',
        error: { code: 'JOBS_STALLED' },
      });
      const history = await new Scheduler(queue).getJobHistory('poison');
      expect(history.map(({ status, jobId }) => [status, jobId])).toEqual([['failed', starts[0]]]);
      await queue.close();
    },
  );
});
