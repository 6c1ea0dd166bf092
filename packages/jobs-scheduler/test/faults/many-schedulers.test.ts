import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue, defineJob, type IQueue } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { redisBackend } from '@philjs/jobs-redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scheduler } from '../../src/index.ts';

const PROCESSES = 10;
const SCHEDULES = 20;
const SECONDS = 30;
const KILL_EVERY_MS = 5_000;
const TAKEN_OVER_MS = 60_000;
const program = new URL('./scheduler-process.ts', import.meta.url);

describe('ten processes that fire the same schedules', () => {
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
    const child = fork(program, [server.url, eventsFile, `${SCHEDULES}`]);
    children.push(child);
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', () => reject(new Error('A scheduler process ended before it was ready')));
    });
  }

  /** Kills the one that fires, if it is known, while it does. */
  async function killTheOneThatFires(): Promise<void> {
    await sleep(1000 - (Date.now() % 1000) + Math.random() * 15);
    const [, , , pid] = lines().at(-1)?.split(' ') ?? [];
    const index = children.findIndex((child) => child.pid === Number(pid));
    const [victim] = children.splice(Math.max(0, index), 1);
    victim?.kill('SIGKILL');
  }

  function lines(): string[] {
    const text = readFileSync(eventsFile, 'utf8').trim();
    return text === '' ? [] : text.split('\n');
  }

  /** Reads the schedule and the tick of each job. */
  async function jobsOf(queue: IQueue): Promise<string[]> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await queue.getJobs({ status: 'waiting', limit: 1000, cursor });
      found.push(...page.jobs.map(({ metadata }) => `${metadata['schedule']} ${metadata['tick']}`));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }

  it('enqueue one job for each tick while the one that fires is killed every five seconds', async () => {
    await Promise.all(Array.from({ length: PROCESSES }, startProcess));
    const job = defineJob({ name: 'second', handler: async () => undefined });
    const queue = createQueue({
      name: 'faults',
      backend: redisBackend({ redis: server.url, enqueueTimeout: 60_000 }),
      jobs: [job],
    });
    const ids = Array.from({ length: SCHEDULES }, (_, n) => `second-${n}`);
    const from = Math.ceil(Date.now() / 1000) * 1000;
    for (let passed = 0; passed < SECONDS * 1000; passed += KILL_EVERY_MS) {
      await sleep(from + passed + KILL_EVERY_MS - 1000 - Date.now());
      await killTheOneThatFires();
      void startProcess().catch(() => undefined);
    }
    const to = from + (SECONDS - 1) * 1000;
    const seconds = Array.from({ length: SECONDS }, (_, n) => from + n * 1000);
    const expected = seconds.flatMap((at) =>
      ids.map((id) => `${id} ${new Date(at).toISOString()}`),
    );
    // The last ticks, too, wait for another process to take over from the one that was killed.
    for (const until = Date.now() + TAKEN_OVER_MS; Date.now() < until; ) {
      const fired = new Set(await jobsOf(queue));
      if (expected.every((tick) => fired.has(tick))) break;
      await sleep(500);
    }
    const scheduler = new Scheduler(queue);
    for (const id of ids) await scheduler.pause(id);
    for (const child of children.splice(0)) child.kill('SIGKILL');

    const jobs = await jobsOf(queue);
    const inTime = jobs.filter((job) => isBetween(job, from, to));
    const fired = lines().map((line) => line.split(' '));
    const lateness = fired.map(([, , late]) => Number(late)).sort((a, b) => a - b);
    const figures = {
      ticks: expected.length,
      jobs: inTime.length,
      lost: expected.filter((tick) => !jobs.includes(tick)).length,
      duplicates: jobs.length - new Set(jobs).size,
      processesThatFired: new Set(fired.map(([, , , pid]) => pid)).size,
      latenessP50: lateness[Math.floor(lateness.length / 2)],
      latenessP99: lateness[Math.floor(lateness.length * 0.99)],
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(inTime.sort()).toEqual(expected.sort());
    expect(new Set(jobs).size).toBe(jobs.length);
    expect(lines().filter((line) => line.startsWith('error'))).toEqual([]);
    expect(figures.processesThatFired).toBeGreaterThan(SECONDS / (KILL_EVERY_MS / 1000) / 2);
    for (const id of ids) {
      const reported = (await scheduler.getJobHistory(id)).map(({ scheduledAt }) => +scheduledAt);
      expect(reported).toEqual(expect.arrayContaining(seconds));
    }
    await queue.close();
  });
});

function isBetween(job: string, from: number, to: number): boolean {
  const tick = Date.parse(job.split(' ')[1] ?? '');
  return tick >= from && tick <= to;
}
