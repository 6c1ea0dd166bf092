import type { IQueue } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { createQueue } from '@philjs/jobs-redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDashboard, type Dashboard } from '../../src/dashboard/create-dashboard.ts';
import { Monitor } from '../../src/monitor/monitor.ts';
import type { FailuresData } from '../../src/pages/failures/failures-data.ts';
import { failMany, work } from '../support/failing-work.ts';
import { commandsBesideMinutes, countCommands } from '../support/redis-commands.ts';
import { data, get } from '../support/request.ts';
import { keptLogger } from '../support/system.ts';

interface Loaded {
  readonly server: RedisServer;
  readonly queue: IQueue;
  readonly dashboard: Dashboard;
}

/** A Redis with a number of jobs, a tenth of them failed, of up to a thousand causes. */
async function loaded(jobs: number): Promise<Loaded> {
  const server = await RedisServer.start();
  const logger = keptLogger();
  const queue = createQueue({
    redis: server.url,
    enqueueTimeout: 60_000,
    jobs: [work],
    concurrency: 100,
    logger,
  });
  onTestFinished(async () => {
    await queue.close({ timeout: 0 });
    await server.stop();
  });
  await failMany(queue, jobs / 10, 1000);
  for (let left = (jobs / 10) * 9; left > 0; left -= 10_000) {
    const items = Array.from({ length: Math.min(left, 10_000) }, () => ({
      job: work,
      payload: { cause: 'later' },
    }));
    await queue.enqueueMany(items);
  }
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
  onTestFinished(() => dashboard.close());
  return { server, queue, dashboard };
}

/** How long something takes, in milliseconds: the middle of some tries, after one that warms up. */
async function timeOf(task: () => Promise<unknown>, tries = 9): Promise<number> {
  const times: number[] = [];
  for (let attempt = 0; attempt <= tries; attempt += 1) {
    // What was read is good for half a second; each try reads again.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const started = performance.now();
    await task();
    times.push(performance.now() - started);
  }
  const [, ...counted] = times;
  return counted.sort((a, b) => a - b)[Math.floor(tries / 2)] ?? 0;
}

/** More commands in a second than refreshes send: a look at 2,000 failed jobs, each 30 s. */
const EDGE = 100;

/** Counts what open tabs cost Redis: the commands of their refreshes, and how often the failed jobs were read. */
async function costOf(
  port: number,
  seconds: number,
): Promise<{ refreshes: number; looks: number }> {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  let before = await countCommands(port);
  let refreshes = 0;
  let looks = 0;
  let isLooking = false;
  for (let second = 0; second < seconds; second += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const count = await countCommands(port);
    const isLook = count - before > EDGE;
    if (isLook && !isLooking) looks += 1;
    if (!isLook) refreshes += count - before;
    isLooking = isLook;
    before = count;
  }
  return { refreshes, looks };
}

describe('100,000 jobs in Redis, 10,000 of them failed of 1,000 causes', () => {
  test('the first page takes less than 200 ms, and as many commands as with 1,000', async () => {
    const figures: { jobs: number; commands: number; ms: number }[] = [];
    for (const jobs of [1000, 100_000]) {
      const { server, dashboard } = await loaded(jobs);
      const ms = await timeOf(() => get(dashboard, '/'));
      const commands = await commandsBesideMinutes(server.port, async () =>
        expect((await get(dashboard, '/')).status).toBe(200),
      );
      figures.push({ jobs, commands, ms });
    }
    process.stdout.write(`First page: ${JSON.stringify(figures)}\n`);
    const [few, many] = figures;
    // On a slow machine the first page of few jobs takes its time, too.
    expect(many?.ms).toBeLessThan(Math.max(200, 4 * (few?.ms ?? 0)));
    // The failed jobs were grouped by the first page, which is good for half a minute.
    expect(many?.commands).toBe(few?.commands);
    expect(many?.commands).toBeLessThan(50);
  });

  test('twenty tabs cost Redis what one costs', async () => {
    const { server, dashboard } = await loaded(100_000);
    const readers: ReadableStreamDefaultReader<Uint8Array>[] = [];
    const open = async (): Promise<void> => {
      const reader = (await get(dashboard, '/-/live/overview')).body!.getReader();
      readers.push(reader);
      void (async () => {
        while (!(await reader.read()).done);
      })();
    };
    await open();
    const one = await costOf(server.port, 40);
    for (let tab = 1; tab < 20; tab += 1) await open();
    const twenty = await costOf(server.port, 40);
    process.stdout.write(`Redis commands in 40 s: ${JSON.stringify({ one, twenty })}\n`);
    // The edge of a look at the failed jobs, and a refresh more or less, may fall into a span.
    expect(twenty.refreshes).toBeLessThan(one.refreshes * 1.2 + EDGE);
    expect(twenty.looks).toBeLessThanOrEqual(one.looks + 1);
    for (const reader of readers) await reader.cancel();
  });

  test('the failures are grouped a page at a time, none forgotten', async () => {
    const { dashboard } = await loaded(100_000);
    const counts = new Map<string, number>();
    let path = '/-/failures?show=all';
    for (;;) {
      const page = await data<FailuresData>(dashboard, path);
      for (const { key, count } of page.incidents) counts.set(key, (counts.get(key) ?? 0) + count);
      if (page.cursor === undefined) break;
      path = `/-/failures?show=all&scanned=1&cursor=${encodeURIComponent(page.cursor)}`;
    }
    expect(counts.size).toBe(1000);
    expect([...counts.values()].every((count) => count === 10)).toBe(true);
  });
});
