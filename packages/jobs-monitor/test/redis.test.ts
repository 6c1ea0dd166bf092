import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { IQueue } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { createQueue } from '@philjs/jobs-redis';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { serveDashboard } from '../src/serve/serve-dashboard.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { failMany, work } from './support/failing-work.ts';
import { commandsBesideMinutes } from './support/redis-commands.ts';
import { get } from './support/request.ts';
import { keptLogger } from './support/system.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function startRedis(): Promise<RedisServer> {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  return server;
}

/** Starts a process of this folder's support; answers it and its first message. */
async function startProcess(
  file: string,
  args: readonly string[],
): Promise<[ChildProcess, unknown]> {
  const child = fork(join(import.meta.dirname, 'support', file), args, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL');
  });
  const [message] = await once(child, 'message');
  return [child, message];
}

async function serveQueue(queue: IQueue): Promise<string> {
  const dashboard = await serveDashboard(new Monitor(queue), {
    auth: 'none',
    permissions: PERMISSIONS,
    refreshInterval: 500,
  });
  onTestFinished(async () => {
    await dashboard.close();
    await queue.close({ timeout: 0 });
  });
  return dashboard.url;
}

test('a job that runs in another process is cancelled from the page', async () => {
  const server = await startRedis();
  await startProcess('worker-process.ts', [server.url]);
  const queue = createQueue({
    name: 'shared',
    redis: server.url,
    unknownJobs: 'accept',
    logger: keptLogger(),
  });
  const url = await serveQueue(queue);
  const { id } = await queue.enqueue('patient' as never, null as never);
  const { page } = await openPage(browser, `${url}-/job?queue=shared&id=${id}`);
  await page.locator('.badge.active').waitFor();
  await page.locator('.log', { hasText: 'waiting' }).waitFor();
  await page.getByRole('button', { name: `Cancel job ${id}` }).click();
  await page.getByLabel('Reason').fill('changed my mind');
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await page.locator('.badge.cancelled').waitFor();
  await page.getByText('changed my mind').first().waitFor();
});

test('a page says that Redis is away, and goes on when it is back', async () => {
  const server = await RedisServer.start({ config: { appendonly: 'yes' } });
  onTestFinished(() => server.stop());
  const queue = createQueue({ redis: server.url, jobs: [work], logger: keptLogger() });
  const url = await serveQueue(queue);
  await queue.enqueue(work, { cause: 'x' });
  const { page } = await openPage(browser, url);
  await page.getByRole('link', { name: '1', exact: true }).first().waitFor();
  await server.kill();
  await page.locator('.health', { hasText: 'cannot reach its store' }).waitFor();
  await page.reload();
  await page.locator('.health', { hasText: 'cannot reach its store' }).waitFor();
  // What was known of it is still shown, and said to be that.
  await page.getByText('not answering; as of').waitFor();
  await server.run();
  await page.getByText('not answering; as of').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: '1', exact: true }).first().waitFor();
  expect(await page.locator('.health', { hasText: 'cannot reach its store' }).count()).toBe(0);
});

describe('with many jobs', () => {
  test('a refresh costs Redis as many commands as with few, whatever the number of tabs', async () => {
    const counts: number[] = [];
    for (const jobs of [250, 1000]) {
      const server = await startRedis();
      const queue = createQueue({
        redis: server.url,
        jobs: [work],
        concurrency: 50,
        logger: keptLogger(),
      });
      onTestFinished(() => queue.close({ timeout: 0 }));
      await failMany(queue, jobs, 26);
      const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
      onTestFinished(() => dashboard.close());
      await get(dashboard, '/');
      // Twenty who look at the same moment are one.
      const lookTwentyTimes = () =>
        Promise.all(Array.from({ length: 20 }, () => get(dashboard, '/')));
      counts.push(await commandsBesideMinutes(server.port, lookTwentyTimes));
    }
    expect(counts[1]).toBe(counts[0]);
  });
});

test('percentiles agree within 2 % with the exact ones, over three processes', async () => {
  const server = await startRedis();
  const seeds = ['11', '222', '3333'];
  const recorded = await Promise.all(
    seeds.map((seed) => startProcess('recorder-process.ts', [server.url, '33334', seed])),
  );
  const exact = recorded.flatMap(([, durations]) => durations as number[]).sort((a, b) => a - b);
  const queue = createQueue({ name: 'measured', redis: server.url, logger: keptLogger() });
  onTestFinished(() => queue.close());
  const { run } = await new Monitor(queue).getMetrics();
  expect(run?.count).toBe(exact.length);
  for (const [name, fraction] of [
    ['p50', 0.5],
    ['p95', 0.95],
    ['p99', 0.99],
  ] as const) {
    const expected = exact[Math.ceil(fraction * exact.length) - 1] ?? 0;
    expect([name, Math.abs((run?.[name] ?? 0) - expected) / expected < 0.02]).toEqual([name, true]);
  }
});
