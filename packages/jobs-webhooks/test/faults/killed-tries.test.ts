import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { startReceiver } from '../receiver.ts';

const KILLS = 20;
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

test.each(['free', 'ordered'])(
  'a message, %s, survives twenty workers that are killed while they send it, whatever the queue allows',
  async (how) => {
    const folder = mkdtempSync(join(tmpdir(), 'philjs-webhooks-'));
    const path = join(folder, 'jobs.sqlite');
    let child: ChildProcess | undefined;
    let kills = 0;
    const receiver = await startReceiver((_message, response) => {
      if (kills === KILLS) return void response.writeHead(204).end();
      kills += 1;
      child?.once('exit', start);
      child?.kill('SIGKILL');
    });
    const queue = createQueue({ path });
    let isOver = false;
    onTestFinished(async () => {
      isOver = true;
      child?.kill('SIGKILL');
      await queue.close({ timeout: 0 });
      await receiver.close();
      rmSync(folder, { recursive: true });
    });
    function start(): void {
      if (isOver) return;
      const args = ['--disable-warning=ExperimentalWarning', WORKER, path, receiver.url, '0', how];
      child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    }

    const work = defineJob({ name: 'work', attempts: 1, handler: () => null });
    await queue.enqueue(work, 1);
    start();
    const name = ['webhook-delivery', 'webhook-delivery-in-order'];
    const sent = async () =>
      (await queue.getJobs({ name, limit: 10 })).jobs.filter(({ finishedAt }) => finishedAt);
    await expect.poll(sent, { interval: 100, timeout: 170_000 }).toHaveLength(1);
    const [job] = await sent();
    expect(job).toMatchObject({ status: 'completed', stalledCount: KILLS });
    expect(receiver.received).toHaveLength(KILLS + 1);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
  },
  180_000,
);
