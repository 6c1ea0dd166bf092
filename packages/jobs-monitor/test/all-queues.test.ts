import { type IQueue, JobsError } from '@philjs/jobs-core';
import { describe, expect, test } from 'vitest';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { FailuresData } from '../src/pages/failures/failures-data.ts';
import type { JobsData } from '../src/pages/jobs/jobs-data.ts';
import type { OverviewData } from '../src/pages/overview/overview-data.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, data, get } from './support/request.ts';
import { type VirtualSystem, virtualSystem, withMethods } from './support/system.ts';

interface Systems {
  readonly orders: VirtualSystem;
  readonly emails: VirtualSystem;
  readonly dashboard: Dashboard;
  /** Takes the store of `emails` away, or brings it back. */
  readonly takeAway: (isAway: boolean) => void;
}

/** Two queues with failed jobs, of which one can lose its store. */
async function twoQueues(count = 3): Promise<Systems> {
  const [orders, emails] = [virtualSystem('orders', 100), virtualSystem('emails', 100)];
  for (const { queue, work, clock } of [orders, emails]) {
    await queue.process();
    const items = Array.from({ length: count }, (_, index) => ({
      job: work,
      payload: { fail: `${queue.name} is full` },
      options: { jobId: `${queue.name}-${index}` },
    }));
    await queue.enqueueMany(items);
    await clock.advance(5000);
  }
  let away = false;
  const inner = emails.queue;
  const guard = <T extends (...args: never[]) => Promise<unknown>>(method: T): T =>
    ((...args: Parameters<T>) =>
      away
        ? Promise.reject(new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away'))
        : method.apply(inner, args)) as T;
  const shaky: IQueue = withMethods(inner, {
    getStats: guard(inner.getStats),
    getJobs: guard(inner.getJobs),
    getJob: guard(inner.getJob),
    isPaused: guard(inner.isPaused),
    getWorkers: guard(inner.getWorkers),
  });
  const monitor = new Monitor([orders.queue, shaky]);
  const dashboard = createDashboard(monitor, { auth: 'none', permissions: PERMISSIONS });
  return {
    orders,
    emails,
    dashboard,
    takeAway: (isAway) => {
      away = isAway;
    },
  };
}

describe('without a queue in the address', () => {
  test('failures are of all queues, each row naming its own, with a count on each tab', async () => {
    const { dashboard } = await twoQueues();
    const all = await data<FailuresData>(dashboard, '/-/failures');
    expect(all).toMatchObject({ counts: { orders: 3, emails: 3 }, total: 6, scanned: 6, away: [] });
    const jobs = (page: FailuresData): unknown =>
      page.incidents.map(({ count, jobs: own }) => [count, own.map((one) => one.queue)]);
    expect(jobs(all)).toEqual([
      [3, ['orders']],
      [3, ['emails']],
    ]);
    const one = await data<FailuresData>(dashboard, '/-/failures?queue=emails');
    expect(jobs(one)).toEqual([[3, ['emails']]]);
    const page = await (await get(dashboard, '/-/failures')).text();
    expect(page).toMatch(/all queues/);
    expect(page).toMatch(/aria-label="Queue".*emails.*3/s);
    // Isolated, so that a name that turns the direction of its text turns no other.
    for (const name of ['orders', 'emails']) {
      expect(page).toMatch(new RegExp(`<bdi[^>]*>work</bdi></a> of <bdi[^>]*>${name}</bdi>`));
    }
  });

  test('jobs and searches are of all queues, page by page, none twice and none missing', async () => {
    const { dashboard } = await twoQueues(70);
    const seen: string[] = [];
    let path = '/-/jobs?q=status%3Afailed&limit=30';
    for (let pages = 0; pages < 10; pages += 1) {
      const page = await data<JobsData>(dashboard, path);
      expect(page.total).toBe(140);
      seen.push(...page.jobs.map(({ queue, id }) => `${queue} ${id}`));
      if (page.cursor === undefined) break;
      path = `/-/jobs?q=status%3Afailed&limit=30&cursor=${encodeURIComponent(page.cursor)}`;
    }
    expect(seen).toHaveLength(140);
    expect(new Set(seen).size).toBe(140);
    const found = await data<JobsData>(
      dashboard,
      `/-/jobs?q=${encodeURIComponent('error:"emails is"')}`,
    );
    expect(new Set(found.jobs.map(({ queue }) => queue))).toEqual(new Set(['emails']));
    const named = await data<JobsData>(dashboard, '/-/jobs?q=queue%3Aorders');
    expect(new Set(named.jobs.map(({ queue }) => queue))).toEqual(new Set(['orders']));
  });

  test.each([0, 1, 2])(
    'a store that is away for page %i has its jobs on those after',
    async (lost) => {
      const { dashboard, takeAway } = await twoQueues(70);
      const seen = new Set<string>();
      let cursor = '';
      let pages = 0;
      do {
        takeAway(pages === lost);
        const path = `/-/jobs?q=status%3Afailed&limit=30&cursor=${encodeURIComponent(cursor)}`;
        const page = await data<JobsData>(dashboard, path);
        for (const { queue, id } of page.jobs) seen.add(`${queue} ${id}`);
        cursor = page.cursor ?? '';
        pages += 1;
      } while (cursor !== '');
      expect(seen.size).toBe(140);
    },
  );

  test.each(['x', '{', '[]', '{}', '{"orders":"x"}', '{"orders":[1]}'])(
    'an invented cursor is refused: %s',
    async (cursor) => {
      const { dashboard } = await twoQueues();
      const path = `/-/jobs?cursor=${encodeURIComponent(cursor)}`;
      expect((await get(dashboard, path)).status).toBe(400);
    },
  );

  test('a cursor that leads to other queues is refused', async () => {
    const { dashboard } = await twoQueues();
    const cursor = encodeURIComponent('{"orders":[null,1]}');
    for (const [path, status] of [
      [`/-/jobs?cursor=${cursor}`, 200],
      [`/-/jobs?queue=orders&cursor=${cursor}`, 200],
      [`/-/jobs?queue=emails&cursor=${cursor}`, 400],
    ] as const) {
      expect([path, (await get(dashboard, path)).status]).toEqual([path, status]);
    }
  });
});

describe('with one store away', () => {
  test('only its rows say so, with when they were last known', async () => {
    const { dashboard, takeAway, orders } = await twoQueues();
    await data(dashboard, '/');
    takeAway(true);
    await orders.clock.advance(60_000);
    const overview = await data<OverviewData>(dashboard, '/');
    expect(overview.away).toMatchObject([{ queue: 'emails', at: expect.any(Number) }]);
    expect(overview.queues).toMatchObject([
      { queue: 'orders', stats: { failed: 3 } },
      { queue: 'emails', stats: { failed: 3 }, knownAt: expect.any(Number) },
    ]);
    const page = await (await get(dashboard, '/')).text();
    expect(page).toMatch(/not answering; as of/);
    const failures = await (await get(dashboard, '/-/failures')).text();
    expect(failures).toMatch(/does not answer, last known <time/);
    takeAway(false);
    await orders.clock.advance(1000);
    const back = await data<OverviewData>(dashboard, '/');
    expect(back.away).toEqual([]);
    expect(back.queues[1]).not.toHaveProperty('knownAt');
  });

  test.each([
    '/',
    '/-/jobs',
    '/-/jobs?q=status%3Afailed',
    '/-/failures',
    '/-/workers',
    '/-/schedules',
    '/-/metrics',
  ])('%s is there all the same, and does not say that nothing is there', async (path) => {
    const { dashboard, takeAway, orders } = await twoQueues();
    await orders.queue.removeJobs();
    takeAway(true);
    const response = await get(dashboard, path);
    expect(response.status).toBe(200);
    const page = await response.text();
    if (path !== '/-/schedules') expect(page).toMatch(/<bdi>emails<\/bdi><\/code> does not answer/);
    expect(page).not.toMatch(/No failed jobs\.|No jobs\.|No job matches\./);
    expect(page).toMatch(path === '/-/schedules' ? /scheduler/ : /store away/);
  });

  test.each([
    ['/-/jobs', 'all queues'],
    ['/-/jobs?queue=emails', 'emails'],
    ['/-/failures', 'all queues'],
    ['/-/failures?queue=emails', 'emails'],
    ['/-/dead-letters?queue=emails', 'emails'],
    ['/-/workers', ''],
  ])('%s does not count what it cannot read as none', async (path, where) => {
    const { dashboard, takeAway } = await twoQueues(path.includes('emails') ? 3 : 0);
    takeAway(true);
    const page = await (await get(dashboard, path)).text();
    const text = page.replace(/<[^>]*>/g, '');
    expect(text).toContain(where === '' ? 'Workers at least 1' : `unknown in ${where}`);
    // On a tab of a state.
    expect(text).not.toMatch(/(all|waiting|failed) 0\b/);
    const others = text.includes('What is shown is of the others.');
    expect(others).toBe(!path.includes('queue='));
    if (path.includes('queue=')) expect(text).toContain('No queue answers.');
  });

  test('a count that lacks a queue says that it may be larger', async () => {
    const { dashboard, takeAway } = await twoQueues();
    takeAway(true);
    for (const [path, said] of [
      ['/-/jobs', 'at least 3 in all queues'],
      ['/-/failures', 'at least 3 in all queues'],
      ['/-/jobs?queue=orders', '3 in orders'],
    ] as const) {
      const text = (await (await get(dashboard, path)).text()).replace(/<[^>]*>/g, '');
      expect([path, text]).toEqual([path, expect.stringContaining(said)]);
    }
  });

  test('a page of that queue alone says so, and asks again by itself', async () => {
    const { dashboard, takeAway } = await twoQueues();
    takeAway(true);
    const job = await get(dashboard, '/-/job?queue=emails&id=emails-1');
    expect(job.status).toBe(503);
    expect(job.headers.get('refresh')).toBe('10');
  });
});

describe('in bulk', () => {
  test('a search that names a queue changes nothing in another', async () => {
    const { dashboard, orders } = await twoQueues();
    for (const action of ['retry', 'acknowledge', 'remove']) {
      const body = { queue: 'orders', search: 'queue:emails status:failed' };
      const answer = await act(dashboard, `${action}-matching`, body);
      expect([action, await answer.json()]).toMatchObject([action, { changed: 0, matched: 0 }]);
    }
    const monitor = new Monitor(orders.queue);
    expect(await monitor.acknowledge('orders', 'queue:emails')).toBe(0);
    expect(await monitor.acknowledge('orders', 'status:completed')).toBe(0);
    expect(await orders.queue.getStats()).toMatchObject({ failed: 3 });
    expect(await monitor.acknowledge('orders', 'queue:orders')).toBe(3);
  });

  test('a search of a queue that is not there is a mistake, and no empty list', async () => {
    const { dashboard } = await twoQueues();
    const page = await data<JobsData>(dashboard, '/-/jobs?q=queue%3Aemial');
    expect(page.mistake).toContain('No queue `emial`');
  });

  test('nothing is removed without a search', async () => {
    const { dashboard, orders } = await twoQueues();
    for (const search of [undefined, '', '  ']) {
      const response = await act(dashboard, 'remove-matching', { queue: 'orders', search });
      expect(response.status).toBe(400);
    }
    expect((await orders.queue.getStats()).failed).toBe(3);
    const page = await (await get(dashboard, '/-/jobs')).text();
    expect(page).not.toMatch(/>Remove all/);
  });

  test('what matches is cancelled, made ready, acknowledged', async () => {
    const { dashboard, orders } = await twoQueues();
    const { queue, work, clock } = orders;
    await queue.pause();
    for (let index = 0; index < 4; index += 1) await queue.enqueue(work, {}, { delay: 3_600_000 });
    const changed = async (action: string, search: string): Promise<number> => {
      const response = await act(dashboard, action, { queue: 'orders', search });
      return ((await response.json()) as { changed: number }).changed;
    };
    expect(await changed('promote-matching', '')).toBe(4);
    expect(await changed('cancel-matching', 'status:waiting')).toBe(4);
    expect(await changed('acknowledge-matching', 'error:full')).toBe(3);
    expect(await changed('acknowledge-matching', '')).toBe(0);
    await clock.settle();
    expect(await queue.getStats()).toMatchObject({ cancelled: 4, failed: 3 });
  });

  test('a slow retry acts on a few, and sees those that failed again', async () => {
    const { dashboard, orders } = await twoQueues(10);
    const before = orders.clock.now();
    await orders.clock.advance(1000);
    const retry = async (): Promise<object> => {
      const body = { queue: 'orders', search: 'status:failed', limit: 4, before };
      return (await act(dashboard, 'retry-matching', body)).json() as Promise<object>;
    };
    expect(await retry()).toMatchObject({ changed: 4, matched: 10, again: 0 });
    await orders.clock.advance(5000);
    expect(await retry()).toMatchObject({ changed: 4, again: 4 });
  });
});

describe('one job', () => {
  test('that waits is changed, masks and all; one that completed is run again', async () => {
    const { dashboard, orders } = await twoQueues();
    const { queue, work, clock } = orders;
    await queue.enqueue(work, { ms: 1 }, { delay: 60_000, jobId: 'later' });
    const at = { queue: 'orders', id: 'later' };
    const payload = '{"ms":2}';
    const runAt = clock.now() + 1000;
    expect((await act(dashboard, 'update', { ...at, payload, priority: 7, runAt })).status).toBe(
      200,
    );
    expect(await queue.getJob('later')).toMatchObject({ payload: { ms: 2 }, priority: 7 });
    expect((await act(dashboard, 'update', { ...at, priority: 1.5 })).status).toBe(400);
    expect((await act(dashboard, 'update', { ...at, payload: '{"a":"[redacted]"}' })).status).toBe(
      400,
    );
    await clock.advance(5000);
    expect((await act(dashboard, 'update', { ...at, priority: 1 })).status).toBe(409);
    const rerun = await act(dashboard, 'rerun', { queue: 'orders', ids: ['later'] });
    const { id } = (await rerun.json()) as { id: string };
    expect(await queue.getJob(id)).toMatchObject({
      payload: { ms: 2 },
      metadata: { rerunOf: 'later' },
    });
  });
});
