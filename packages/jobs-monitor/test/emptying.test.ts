import { expect, onTestFinished, test } from 'vitest';
import type { AuditEvent } from '../src/dashboard/audit.ts';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { MonitoredScheduler } from '../src/schedules/monitored-scheduler.ts';
import { act, get } from './support/request.ts';
import { type VirtualSystem, virtualSystem } from './support/system.ts';

interface Audited {
  readonly dashboard: Dashboard;
  readonly events: AuditEvent[];
}

function audited(queue: VirtualSystem['queue'], scheduler?: MonitoredScheduler): Audited {
  const events: AuditEvent[] = [];
  const dashboard = createDashboard(new Monitor(queue, scheduler), {
    auth: 'none',
    permissions: ['read', 'remove', 'schedule'],
    audit: (event) => events.push(event),
  });
  onTestFinished(() => dashboard.close());
  return { dashboard, events };
}

/** Adds delayed jobs, and one that runs. */
async function filled(count: number): Promise<VirtualSystem & Audited> {
  const system = virtualSystem();
  const { queue, work, clock } = system;
  await queue.process();
  await queue.enqueue(work, { ms: 60_000 }, { jobId: 'running' });
  const later = { job: work, payload: {}, options: { delay: 3_600_000 } };
  await queue.enqueueMany(Array.from({ length: count }, () => later));
  await clock.settle();
  return { ...system, ...audited(queue) };
}

test('a queue is emptied of all that does not run, once their number is said; the log has it', async () => {
  const { queue, dashboard, events } = await filled(12);
  const counted = await act(dashboard, 'clear', { queue: 'emails', dryRun: true });
  expect(await counted.json()).toEqual({ changed: 0, matched: 12 });
  expect(await queue.getStats()).toMatchObject({ delayed: 12, active: 1 });
  const cleared = await act(dashboard, 'clear', { queue: 'emails', count: 12 });
  expect(await cleared.json()).toEqual({ changed: 12, matched: 12 });
  expect(await queue.getStats()).toMatchObject({ delayed: 0, active: 1 });
  expect(events).toMatchObject([
    { action: 'clear', queue: 'emails', changed: 12, outcome: 'done' },
  ]);
});

test('a queue is not emptied without a number, nor of many more jobs than were counted', async () => {
  const { queue, dashboard, events } = await filled(12);
  expect((await act(dashboard, 'clear', { queue: 'emails' })).status).toBe(400);
  const fewer = await act(dashboard, 'clear', { queue: 'emails', count: 10 });
  expect(fewer.status).toBe(409);
  expect(await fewer.text()).toContain('12');
  expect((await queue.getStats()).delayed).toBe(12);
  expect(events.map(({ outcome }) => outcome)).toEqual(['JOBS_INVALID_ARGUMENT', 'JOBS_CONFLICT']);
  // A few more have come since the count; that is no mistake.
  expect((await act(dashboard, 'clear', { queue: 'emails', count: 11 })).status).toBe(200);
});

test('the list of all jobs of one queue offers to empty it; a list of several, or a search, does not', async () => {
  const { dashboard, queue, work } = await filled(1);
  const other = virtualSystem('media').queue;
  await queue.enqueue(work, {}, { delay: 60_000 });
  const two = createDashboard(new Monitor([queue, other]), {
    auth: 'none',
    permissions: ['read', 'remove'],
  });
  onTestFinished(() => two.close());
  const has = async (one: Dashboard, path: string): Promise<boolean> =>
    (await (await get(one, path)).text()).includes('Empty the queue emails');
  expect(await has(dashboard, '/-/jobs')).toBe(true);
  expect(await has(dashboard, '/-/jobs?q=status%3Adelayed')).toBe(false);
  expect(await has(two, '/-/jobs')).toBe(false);
  expect(await has(two, '/-/jobs?queue=emails')).toBe(true);
});

test('a schedule is removed, and the log has it', async () => {
  const { queue } = virtualSystem();
  const ids = new Set(['nightly']);
  const { dashboard, events } = audited(queue, {
    getAllScheduledJobs: () => [...ids].map((id) => ({ id, jobName: 'work' })),
    getJobHistory: () => [],
    remove: async (id) => ids.delete(id),
  });
  const body = { queue: 'emails', id: 'nightly' };
  expect(await (await get(dashboard, '/-/schedules')).text()).toContain('Remove schedule nightly');
  expect((await act(dashboard, 'remove-schedule', body)).status).toBe(200);
  expect([...ids]).toEqual([]);
  expect((await act(dashboard, 'remove-schedule', body)).status).toBe(404);
  expect(events).toMatchObject([
    { action: 'remove-schedule', queue: 'emails', ids: ['nightly'], outcome: 'done' },
    { action: 'remove-schedule', outcome: 'JOBS_NOT_FOUND' },
  ]);
});
