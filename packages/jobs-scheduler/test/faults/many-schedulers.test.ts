import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue, defineJob, type IQueue } from '@philjs/jobs-core';
import { redisBackend } from '@philjs/jobs-redis';
import { RedisServer } from '@philjs/jobs-testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scheduler } from '../../src/index.ts';

const PROCESSES = 10;
const SECONDS = 30;
const KILL_EVERY_MS = 5_000;
const program = new URL('./scheduler-process.ts', import.meta.url);

describe('ten processes that fire one schedule', () => {
  let server: RedisServer;
  let folder: string;
  let eventsFile: string;
  let children: ChildProcess[];

  beforeEach(async () => {
    server = await RedisServer.start();
    folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-scheduler-'));
    eventsFile = join(folder, 'events');
    writeFileSync(eventsFile, '');
    children = [];
  });

  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startProcess(): Promise<void> {
    const child = fork(program, [server.url, eventsFile]);
    children.push(child);
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', () => reject(new Error('A scheduler process ended before it was ready')));
    });
  }

  function killOne(): void {
    const [victim] = children.splice(Math.floor(Math.random() * children.length), 1);
    victim?.kill('SIGKILL');
  }

  async function jobsOf(queue: IQueue): Promise<string[]> {
    const { jobs } = await queue.getJobs({ status: 'waiting', limit: 1000 });
    return jobs.map(({ metadata }) => String(metadata['tick'])).sort();
  }

  it('enqueue one job for each tick while one of them is killed every five seconds', async () => {
    await Promise.all(Array.from({ length: PROCESSES }, startProcess));
    const job = defineJob({ name: 'second', handler: async () => undefined });
    const queue = createQueue({
      name: 'faults',
      backend: redisBackend({ redis: server.url }),
      jobs: [job],
    });
    const from = Math.ceil(Date.now() / 1000) * 1000;
    for (let passed = 0; passed < SECONDS * 1000; passed += KILL_EVERY_MS) {
      await sleep(KILL_EVERY_MS);
      killOne();
      void startProcess().catch(() => undefined);
    }
    const to = from + (SECONDS - 1) * 1000;
    const scheduler = new Scheduler(queue);
    await scheduler.pause('second');
    for (const child of children.splice(0)) child.kill('SIGKILL');

    const jobs = await jobsOf(queue);
    const ticks = jobs.map((tick) => Date.parse(tick)).filter((at) => at >= from && at <= to);
    const expected = Array.from({ length: SECONDS }, (_, n) => from + n * 1000);
    const lines = readFileSync(eventsFile, 'utf8').trim().split('\n');
    const fired = lines.filter((line) => line.startsWith('fired')).map((line) => line.split(' '));
    const lateness = fired.map(([, , late]) => Number(late)).sort((a, b) => a - b);
    const figures = {
      ticks: expected.length,
      jobs: ticks.length,
      lost: expected.filter((tick) => !ticks.includes(tick)).length,
      duplicates: jobs.length - new Set(jobs).size,
      processesThatFired: new Set(fired.map(([, , , pid]) => pid)).size,
      latenessP50: lateness[Math.floor(lateness.length / 2)],
      latenessP99: lateness[Math.floor(lateness.length * 0.99)],
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(ticks).toEqual(expected);
    expect(new Set(jobs).size).toBe(jobs.length);
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([]);
    const runs = await scheduler.getJobHistory('second');
    const told = runs.map(({ scheduledAt }) => scheduledAt.getTime());
    expect(told).toEqual(expect.arrayContaining(expected));
    await queue.close();
  });
});
