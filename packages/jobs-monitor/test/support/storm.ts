import { defineJob, type IQueue } from '@philjs/jobs-core';
import { createMemoryStore, createQueue } from '@philjs/jobs-memory';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { expect } from 'vitest';
import { Monitor } from '../../src/monitor/monitor.ts';
import { type ServedDashboard, serveDashboard } from '../../src/serve/serve-dashboard.ts';
import { PERMISSIONS } from '../../src/view/permission.ts';
import { openPage, type WatchedPage } from './browser.ts';
import { losing } from './crowd.ts';
import { keptLogger } from './system.ts';

const QUEUES = ['cards', 'emails', 'exports', 'media', 'orders', 'search'];
const NAMES = 40;

/** The causes: one database that is away, which most jobs need, and eleven of single jobs. */
const CAUSES = [
  Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' }),
  ...Array.from(
    { length: 11 },
    (_, at) => new Error(`service ${String.fromCharCode(97 + at)} refused`),
  ),
] as const;

/** A system at three in the morning: six queues, forty jobs, twelve causes, and one store that goes away. */
export interface Storm {
  readonly dashboard: ServedDashboard;
  readonly queues: readonly IQueue[];
  /** How many jobs failed because of the database. */
  readonly refused: number;
  /** Takes a store away, or brings it back. */
  setAway(isAway: boolean): void;
  close(): Promise<void>;
}

/** Opens it with so many failed jobs, two thirds of them by the database. */
export async function openStorm(failures: number): Promise<Storm> {
  const jobs = Array.from({ length: NAMES }, (_, at) =>
    defineJob({
      name: `job-${at}`,
      attempts: 1,
      handler: ({ cause }: { cause: number }): void => {
        throw CAUSES[cause];
      },
    }),
  );
  const common = { jobs, store: createMemoryStore(), logger: keptLogger() };
  const queues = QUEUES.map((name) => createQueue({ name, concurrency: 500, ...common }));
  let refused = 0;
  const share = failures / queues.length;
  for (const [at, queue] of queues.entries()) {
    const items = Array.from({ length: share }, (_, index) => {
      const cause = index % 3 < 2 ? 0 : 1 + ((at + index) % 11);
      if (cause === 0) refused += 1;
      const options = { removeOnFail: failures };
      return { job: jobs[(at * 7 + index) % NAMES] as never, payload: { cause } as never, options };
    });
    await queue.enqueueMany(items);
    await queue.process();
    while ((await queue.getStats()).failed < share)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await queue.pause();
  }
  let isAway = false;
  const last = queues.at(-1) as IQueue;
  const monitor = new Monitor([...queues.slice(0, -1), losing(last, () => isAway)] as never);
  await monitor.getOverview();
  const dashboard = await serveDashboard(monitor, { auth: 'none', permissions: PERMISSIONS });
  return {
    ...{ dashboard, queues, refused },
    setAway: (away) => {
      isAway = away;
    },
    close: async () => {
      await dashboard.close();
      await Promise.all(queues.map((queue) => queue.close({ timeout: 0 })));
    },
  };
}

/** Opens the overview, reads the cause there, and retries all its jobs with three clicks. */
export async function retryFromOverview(
  browser: Browser,
  { dashboard, refused }: Storm,
  options: BrowserContextOptions,
): Promise<WatchedPage> {
  const watched = await openPage(browser, dashboard.url, options);
  const { page } = watched;
  const row = page.locator('tbody tr', { hasText: 'ECONNREFUSED' });
  expect(await row.locator('.menu summary').count()).toBe(1);
  await row.locator('.menu summary').click();
  await row.getByRole('button', { name: /^Retry all that failed by ECONNREFUSED/ }).click();
  const dialog = page.getByRole('dialog');
  await page
    .getByRole('heading', { name: `Retry ${refused.toLocaleString('en')} jobs?` })
    .waitFor();
  expect(await dialog.textContent()).toContain('ECONNREFUSED: connect ECONNREFUSED <ip>');
  expect(await dialog.textContent()).toContain('the latest: connect ECONNREFUSED 10.0.0.7:5432');
  await dialog.getByRole('button', { name: 'Retry', exact: true }).click();
  await page.getByText(`${refused.toLocaleString('en')} retried.`).waitFor();
  return watched;
}
