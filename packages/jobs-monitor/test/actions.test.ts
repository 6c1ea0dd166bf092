import { defineJob, type Job } from '@philjs/jobs-core';
import { createMemoryStore, createQueue } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { JobsData } from '../src/pages/jobs/jobs-data.ts';
import type { SchedulesData } from '../src/pages/schedules/schedules-data.ts';
import type { MonitoredScheduler } from '../src/schedules/monitored-scheduler.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, data, get } from './support/request.ts';
import { keptLogger, START, type VirtualSystem, virtualSystem } from './support/system.ts';

function dashboardOf(queue: VirtualSystem['queue'], scheduler?: MonitoredScheduler): Dashboard {
  const monitor = new Monitor(queue, scheduler);
  return createDashboard(monitor, { auth: 'none', permissions: PERMISSIONS });
}

/** A system with a number of failed jobs, and no worker any more. */
async function failedSystem(count: number): Promise<VirtualSystem & { dashboard: Dashboard }> {
  const system = virtualSystem('emails', 1000);
  const { queue, work, clock } = system;
  const items = Array.from({ length: count }, (_, index) => ({
    job: work,
    payload: { fail: index % 2 === 0 ? 'disk full' : `user ${index} not found` },
    options: { jobId: `job-${index}` },
  }));
  await queue.enqueueMany(items);
  await queue.process();
  await clock.advance(5000);
  await queue.stop();
  return { ...system, dashboard: dashboardOf(queue) };
}

interface Batch {
  readonly changed: number;
  readonly matched: number;
  readonly scanned: number;
  readonly total: number;
  readonly cursor?: string;
}

/** Goes on with an action until there is no more to do; answers all batches. */
async function allBatches(dashboard: Dashboard, action: string, body: object): Promise<Batch[]> {
  const batches: Batch[] = [];
  let cursor: string | undefined;
  do {
    const response = await act(dashboard, action, { ...body, ...(cursor && { cursor }) });
    const batch = (await response.json()) as Batch;
    batches.push(batch);
    cursor = batch.cursor;
  } while (cursor !== undefined);
  return batches;
}

describe('what a search finds', () => {
  test('is counted, then retried in batches that each end soon', async () => {
    const { queue, dashboard } = await failedSystem(1300);
    const body = { queue: 'emails', search: 'status:failed' };
    const [counted] = await allBatches(dashboard, 'retry-matching', { ...body, dryRun: true });
    expect(counted).toMatchObject({ changed: 0, matched: 1300, scanned: 1300 });
    const batches = await allBatches(dashboard, 'retry-matching', body);
    expect(batches.map(({ changed }) => changed)).toEqual([500, 500, 300]);
    expect(await queue.getStats()).toMatchObject({ failed: 0, waiting: 1300 });
  });

  test('is a group of failures, and no other job', async () => {
    const { queue, dashboard } = await failedSystem(40);
    const { incidents } = await data<{
      incidents: { key: string; message: string; count: number }[];
    }>(dashboard, '/-/failures');
    expect(incidents.map(({ message, count }) => [message, count]).sort()).toEqual([
      ['disk full', 20],
      ['user # not found', 20],
    ]);
    const key = incidents.find(({ message }) => message === 'disk full')?.key;
    const body = { queue: 'emails', search: `status:failed group:${key}` };
    const [batch] = await allBatches(dashboard, 'remove-matching', body);
    expect(batch).toMatchObject({ changed: 20, matched: 20 });
    const left = await queue.getJobs({ limit: 100 });
    expect(left.jobs.every(({ error }) => error?.message.startsWith('user'))).toBe(true);
  });

  test('is never more than the action fits: what runs is not removed, what waits not retried', async () => {
    const { queue, dashboard } = await failedSystem(4);
    await act(dashboard, 'retry', { queue: 'emails', ids: ['job-0'] });
    const all = { queue: 'emails', search: '' };
    expect(await allBatches(dashboard, 'retry-matching', all)).toMatchObject([{ changed: 3 }]);
    const waiting = { queue: 'emails', search: 'status:waiting' };
    expect(await allBatches(dashboard, 'retry-matching', waiting)).toMatchObject([{ changed: 0 }]);
    expect(await queue.getStats()).toMatchObject({ waiting: 4 });
  });
});

describe('the list of jobs', () => {
  test('leads on page by page, and says how far it has looked', async () => {
    const { dashboard } = await failedSystem(120);
    const seen: string[] = [];
    let path = '/-/jobs?q=status%3Afailed';
    for (const [from, left] of [
      [0, 50],
      [50, 50],
      [100, 20],
    ] as const) {
      const page = await data<JobsData>(dashboard, path);
      expect(page).toMatchObject({ before: from, scanned: left, total: 120, exact: true });
      seen.push(...page.jobs.map(({ id }) => id));
      path = `/-/jobs?q=status%3Afailed&scanned=${from + left}&cursor=${encodeURIComponent(page.cursor ?? '')}`;
    }
    expect(new Set(seen).size).toBe(120);
  });

  test('leads to the job whose id was searched for', async () => {
    const { dashboard, queue, work } = await failedSystem(1);
    await queue.enqueue(work, {}, { jobId: 'a "job": 7/8?' });
    for (const id of ['job-0', 'a "job": 7/8?']) {
      const response = await get(dashboard, `/-/jobs?q=${encodeURIComponent(id)}`);
      expect(response.status).toBe(303);
      const location = new URL(response.headers.get('location') ?? '', 'http://localhost/-/jobs');
      expect((await get(dashboard, location.pathname + location.search)).status).toBe(200);
      expect(location.searchParams.get('id')).toBe(id);
    }
  });
});

describe('one job', () => {
  const charge = defineJob({
    name: 'charge',
    attempts: 1,
    handler: (payload: { order: number; card: { token: string }; note?: string }) => {
      if (payload.note === undefined) throw new Error('no note');
      return payload.card.token.length;
    },
  });

  async function charged(): Promise<{
    queue: VirtualSystem['queue'];
    dashboard: Dashboard;
    job: Job;
  }> {
    const clock = createTestClock(START);
    const store = createMemoryStore();
    const queue = createQueue({
      name: 'money',
      jobs: [charge],
      clock,
      logger: keptLogger(),
      store,
    });
    onTestFinished(async () => {
      const closed = queue.close({ timeout: 0 });
      await clock.advance(10_000);
      await closed;
    });
    await queue.process();
    const payload = { order: 7, card: { token: 'tok_live_4711' } };
    const { id } = await queue.enqueue(charge, payload, { priority: 5, jobId: 'first' });
    await clock.advance(10);
    const job = (await queue.getJob(id)) as Job;
    return { queue: queue as never, dashboard: dashboardOf(queue as never), job };
  }

  test('is enqueued again with edits; what was masked in them never leaves the server', async () => {
    const { queue, dashboard } = await charged();
    const response = await get(dashboard, '/-/payload?queue=money&id=first');
    const { text } = (await response.json()) as { text: string };
    expect(text).not.toContain('tok_live');
    const payload = JSON.stringify({ ...JSON.parse(text), note: 'paid by phone' });
    const edited = await act(dashboard, 'edit', { queue: 'money', id: 'first', payload });
    const { id } = (await edited.json()) as { id: string };
    expect(await queue.getJob(id)).toMatchObject({
      payload: { order: 7, card: { token: 'tok_live_4711' }, note: 'paid by phone' },
      priority: 5,
      metadata: { copyOf: 'first' },
    });
    expect((await queue.getJob('first'))?.status).toBe('failed');
  });

  test('gives no secret to those who may enqueue and not reveal, wherever a mask is moved', async () => {
    const { queue } = await charged();
    const note = 'called with Bearer abcdef123456';
    await queue.enqueue(
      'charge',
      { order: 8, card: { token: 'tok_live_4711' }, note },
      { jobId: 'second' },
    );
    const dashboard = createDashboard(new Monitor(queue), {
      auth: 'none',
      permissions: ['read', 'enqueue'],
    });
    const response = await get(dashboard, '/-/payload?queue=money&id=second');
    const { text } = (await response.json()) as { text: string };
    expect(text).not.toMatch(/tok_live|abcdef123456/);
    const { card } = JSON.parse(text) as { card: string };
    expect(card).toContain('[redacted');
    for (const payload of [{ note: card }, { order: card }, { card: { other: card } }]) {
      const body = { queue: 'money', id: 'second', payload: JSON.stringify(payload) };
      expect((await act(dashboard, 'edit', body)).status).toBe(400);
    }
    const kept = await act(dashboard, 'edit', { queue: 'money', id: 'second', payload: text });
    const { id } = (await kept.json()) as { id: string };
    expect((await queue.getJob(id))?.payload).toMatchObject({
      note,
      card: { token: 'tok_live_4711' },
    });
  });

  test.each([
    ['no JSON', '{', 400],
    ['a mask that stands for nothing', '{"order":"[redacted]"}', 400],
    ['a number that is not kept exactly', '{"order":12345678901234567890}', 400],
    ['a changed prototype', '{"__proto__":{}}', 400],
  ])('is not enqueued again with %s', async (_, payload, status) => {
    const { queue, dashboard } = await charged();
    const response = await act(dashboard, 'edit', { queue: 'money', id: 'first', payload });
    expect(response.status).toBe(status);
    expect((await queue.getStats()).total).toBe(1);
  });

  test('is duplicated as it is stored', async () => {
    const { queue, dashboard } = await charged();
    const response = await act(dashboard, 'duplicate', { queue: 'money', ids: ['first'] });
    const { id } = (await response.json()) as { id: string };
    expect((await queue.getJob(id))?.payload).toEqual({
      order: 7,
      card: { token: 'tok_live_4711' },
    });
  });

  test('is revealed to those who may, and only when asked', async () => {
    const { dashboard } = await charged();
    const masked = await data<{ payload: { text: string } }>(
      dashboard,
      '/-/job?queue=money&id=first',
    );
    expect(masked.payload.text).not.toContain('tok_live_4711');
    const response = await act(dashboard, 'reveal', { queue: 'money', id: 'first' });
    expect(await response.text()).toContain('tok_live_4711');
  });

  test('is cancelled with a reason, promoted, removed', async () => {
    const { clock, queue, work } = virtualSystem();
    const dashboard = dashboardOf(queue);
    const { id } = await queue.enqueue(work, {}, { delay: 60_000 });
    const body = { queue: 'emails', ids: [id] };
    expect((await act(dashboard, 'promote', body)).status).toBe(200);
    expect((await queue.getJob(id))?.status).toBe('waiting');
    await act(dashboard, 'cancel', { ...body, reason: 'not needed' });
    await clock.settle();
    expect((await queue.getJob(id))?.error).toMatchObject({ code: 'JOBS_CANCELLED' });
    expect((await queue.getJob(id))?.error?.message).toContain('not needed');
    expect((await act(dashboard, 'remove', body)).status).toBe(200);
    expect(await queue.getJob(id)).toBeUndefined();
    expect((await act(dashboard, 'remove', body)).status).toBe(404);
  });

  test('of many is changed where its state allows, and counted', async () => {
    const { clock, queue, work } = virtualSystem();
    const dashboard = dashboardOf(queue);
    const items = Array.from({ length: 60 }, (_, index) => ({
      job: work,
      payload: {},
      options: { jobId: `job-${index}`, delay: index < 50 ? 60_000 : 0 },
    }));
    await queue.enqueueMany(items);
    const ids = items.map(({ options }) => options.jobId);
    const changed = async (action: string): Promise<unknown> =>
      (await act(dashboard, action, { queue: 'emails', ids })).json();
    expect(await changed('promote')).toEqual({ changed: 50 });
    expect(await changed('cancel')).toEqual({ changed: 60 });
    // Those that were cancelled are put back one by one, when that is asked for.
    expect(await changed('retry')).toEqual({ changed: 0 });
    expect(await changed('remove')).toEqual({ changed: 60 });
    await clock.settle();
  });

  test('of another version is not enqueued again, as this process would misread it', async () => {
    const { queue, dashboard, job } = await charged();
    const [prepared] = [await queue.prepare('charge', job.payload)];
    await queue.backend.add({ jobs: [{ ...prepared, id: 'old', version: 7 }] });
    const response = await act(dashboard, 'duplicate', { queue: 'money', ids: ['old'] });
    expect(response.status).toBe(409);
  });
});

describe('queues and schedules', () => {
  test('are paused and resumed', async () => {
    const { queue } = virtualSystem();
    const dashboard = dashboardOf(queue);
    await act(dashboard, 'pause', { queue: 'emails' });
    expect(await queue.isPaused()).toBe(true);
    await act(dashboard, 'resume', { queue: 'emails' });
    expect(await queue.isPaused()).toBe(false);
  });

  test('schedules are run, paused with a note, resumed and filled up', async () => {
    const { queue } = virtualSystem();
    const asked: unknown[] = [];
    const scheduler: MonitoredScheduler = {
      getAllScheduledJobs: async () => [
        {
          id: 'nightly',
          jobName: 'work',
          cron: '0 2 * * *',
          active: true,
          nextRun: new Date(START),
        },
      ],
      getJobHistory: async () => [
        {
          scheduledJobId: 'nightly',
          scheduledAt: new Date(0),
          status: 'skipped',
          reason: 'overlap',
        },
      ],
      nextRuns: async () => [new Date(START)],
      trigger: async (id) => asked.push(['trigger', id]),
      pause: async (id, note) => {
        asked.push(['pause', id, note]);
        return id === 'nightly';
      },
      resume: async (id) => {
        asked.push(['resume', id]);
        return true;
      },
      backfill: async (id, { from, to }) => {
        asked.push(['backfill', id, to.getTime() - from.getTime()]);
        return ['a', 'b'];
      },
    };
    const dashboard = dashboardOf(queue, scheduler);
    const at = { queue: 'emails', id: 'nightly' };
    expect((await act(dashboard, 'trigger', at)).status).toBe(200);
    expect((await act(dashboard, 'pause-schedule', { ...at, note: 'why' })).status).toBe(200);
    const other = { ...at, id: 'weekly' };
    expect((await act(dashboard, 'pause-schedule', other)).status).toBe(404);
    expect((await act(dashboard, 'resume-schedule', at)).status).toBe(200);
    const filled = await act(dashboard, 'backfill', { ...at, from: 1000, to: 3000 });
    expect(await filled.json()).toEqual({ changed: 2 });
    expect(asked).toEqual([
      ['trigger', 'nightly'],
      ['pause', 'nightly', 'why'],
      ['pause', 'weekly', undefined],
      ['resume', 'nightly'],
      ['backfill', 'nightly', 2000],
    ]);
    const { schedules } = await data<SchedulesData>(dashboard, '/-/schedules');
    expect(schedules).toMatchObject([
      { id: 'nightly', when: '0 2 * * *', nextRuns: [START], runs: [{ status: 'skipped' }] },
    ]);
  });

  test('schedules are searched by id, job, owner, description and queue', async () => {
    const { queue } = virtualSystem();
    const dashboard = dashboardOf(queue, {
      getAllScheduledJobs: () => [
        { id: 'nightly', jobName: 'backup', owner: 'billing' },
        { id: 'weekly', jobName: 'report', description: 'Sends the figures' },
      ],
      getJobHistory: () => [],
    });
    const search = async (words: string) => {
      const found = await data<SchedulesData>(dashboard, `/-/schedules?q=${words}`);
      return [found.schedules.map(({ id }) => id), found.total];
    };
    expect(await search('')).toEqual([['nightly', 'weekly'], 2]);
    expect(await search('NIGHT')).toEqual([['nightly'], 1]);
    expect(await search('billing+back')).toEqual([['nightly'], 1]);
    expect(await search('figures')).toEqual([['weekly'], 1]);
    expect(await search('report+emails')).toEqual([['weekly'], 1]);
    const page = await (
      await dashboard.fetch(new Request('http://localhost/-/schedules?q=typo'))
    ).text();
    expect(page).toContain('No schedule matches.');
    expect(page).toContain('value="typo"');
  });
});
