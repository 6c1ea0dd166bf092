import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import type { AuditEvent } from '../src/dashboard/audit.ts';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { JobData } from '../src/pages/job/job-data.ts';
import type { JobsData } from '../src/pages/jobs/jobs-data.ts';
import type { WorkersData } from '../src/pages/workers/workers-data.ts';
import { act, data, get } from './support/request.ts';
import { virtualSystem } from './support/system.ts';

const SELF = `${hostname()}:${process.pid}`;

test('the workers page shows what each worker runs, since when, and how busy it is', async () => {
  const { clock, queue, work } = virtualSystem('emails', 4);
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
  await queue.process();
  const { id } = await queue.enqueue(work, { ms: 60_000 });
  await clock.advance(5000);
  const { workers } = await data<WorkersData>(dashboard, '/-/workers');
  const since = clock.now() - 5000;
  expect(workers).toMatchObject([{ concurrency: 4, busy: 1, runs: [{ id, name: 'work', since }] }]);
  const page = await (await get(dashboard, '/-/workers')).text();
  expect(page).toContain('25 %');
  expect(page).toMatch(/<meter [^>]*value="1"/);
  const { attempts } = await data<JobData>(dashboard, `/-/job?queue=emails&id=${id}`);
  expect(attempts).toMatchObject([{ attempt: 1, state: 'active', worker: SELF }]);
});

test('a page says which worker completed a job, and the search finds it by that', async () => {
  const { clock, queue, work } = virtualSystem();
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
  await queue.process();
  const { id } = await queue.enqueue(work, { ms: 250 });
  await clock.advance(1000);
  const { attempts } = await data<JobData>(dashboard, `/-/job?queue=emails&id=${id}`);
  expect(attempts).toMatchObject([{ attempt: 1, state: 'completed', worker: SELF, ranMs: 250 }]);
  const page = await (await get(dashboard, `/-/job?queue=emails&id=${id}`)).text();
  expect(page).toContain(`completed after 250 ms on <bdi>${SELF}</bdi>`);
  for (const [search, count] of [
    [`worker:${hostname()}`, 1],
    [`worker:${SELF} status:completed`, 1],
    ['worker:elsewhere', 0],
  ] as const) {
    const path = `/-/jobs?q=${encodeURIComponent(search)}`;
    expect((await data<JobsData>(dashboard, path)).jobs).toHaveLength(count);
  }
});

test('a worker is asked to be quiet or to stop with the permission for it, and the audit log has it', async () => {
  const { clock, queue, work } = virtualSystem();
  const events: AuditEvent[] = [];
  const audit = (event: AuditEvent): void => void events.push(event);
  const dashboard = createDashboard(new Monitor(queue), {
    auth: () => 'ada',
    permissions: () => ['read', 'workers'],
    audit,
  });
  await queue.process();
  const running = await queue.enqueue(work, { ms: 60_000 });
  await clock.advance(1000);
  const [worker] = await queue.getWorkers();
  const body = { queue: 'emails', id: worker?.id };
  const reader = createDashboard(new Monitor(queue), {
    auth: () => 'bob',
    permissions: () => ['read', 'pause'],
    audit,
  });
  expect((await act(reader, 'stop-worker', body)).status).toBe(403);
  expect(await (await get(reader, '/-/workers')).text()).not.toContain('Stop worker');
  expect((await act(dashboard, 'quiet-worker', { ...body, id: 'nobody' })).status).toBe(404);
  expect((await act(dashboard, 'quiet-worker', body)).status).toBe(200);
  expect((await data<WorkersData>(dashboard, '/-/workers')).workers[0]?.asked).toBe('quiet');
  expect(await (await get(dashboard, '/-/workers')).text()).toContain('takes no new jobs');
  expect((await act(dashboard, 'stop-worker', body)).status).toBe(200);
  await clock.advance(32_000);
  expect(await queue.getWorkers()).toEqual([]);
  expect((await queue.getJob(running.id))?.status).toBe('waiting');
  expect(events.map(({ user, action, outcome }) => [user, action, outcome])).toEqual([
    ['bob', 'stop-worker', '403'],
    ['ada', 'quiet-worker', 'JOBS_NOT_FOUND'],
    ['ada', 'quiet-worker', 'done'],
    ['ada', 'stop-worker', 'done'],
  ]);
});
