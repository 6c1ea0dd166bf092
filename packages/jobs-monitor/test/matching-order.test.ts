import type { IQueue } from '@philjs/jobs-core';
import { expect, test, vi } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act } from './support/request.ts';
import { virtualSystem, withMethods } from './support/system.ts';

test.each([
  ['cancel-matching', ''],
  ['cancel-matching', 'status:waiting status:blocked'],
  ['remove-matching', 'name:work'],
  ['remove-matching', 'status:waiting status:blocked'],
])('%s of "%s" takes jobs that wait for others before those', async (action, search) => {
  const { clock, queue, work } = virtualSystem('emails');
  const first = await queue.enqueue(work, {});
  const last = await queue.enqueue(work, {}, { dependsOn: [first], jobId: 'last' });
  await queue.enqueueMany(Array.from({ length: 600 }, () => ({ job: work, payload: {} })));
  expect((await queue.getJob(last.id))?.status).toBe('blocked');
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none', permissions: PERMISSIONS });
  const body = { queue: 'emails', search: search || 'name:work' };
  await act(dashboard, action, body);
  await clock.settle();
  const left = await queue.getJob(last.id);
  expect(left?.status).toBe(action === 'cancel-matching' ? 'cancelled' : undefined);
});

test.each(['cancel-matching', 'remove-matching'])(
  '%s passes over no job that gets ready',
  async (action) => {
    const { clock, queue, work } = virtualSystem('emails');
    await queue.enqueue(work, {}, { jobId: 'due', delay: 3_600_000 });
    await queue.enqueueMany(Array.from({ length: 600 }, () => ({ job: work, payload: {} })));
    const dashboard = createDashboard(new Monitor(queue), {
      auth: 'none',
      permissions: PERMISSIONS,
    });
    let cursor: string | undefined;
    do {
      const response = await act(dashboard, action, {
        queue: 'emails',
        search: 'name:work',
        cursor,
      });
      ({ cursor } = (await response.json()) as { cursor?: string });
      if (cursor !== undefined) await queue.promoteJob('due', { strict: false });
    } while (cursor !== undefined);
    await clock.settle();
    expect(await queue.getStats()).toMatchObject({ waiting: 0, delayed: 0 });
  },
);

test('cancel-matching of waiting jobs aborts none that has started meanwhile', async () => {
  const { clock, queue, work } = virtualSystem('emails', 1000);
  const items = Array.from({ length: 200 }, () => ({ job: work, payload: { ms: 60_000 } }));
  await queue.enqueueMany(items);
  // All jobs start once the first ones are cancelled.
  const cancelJob: IQueue['cancelJob'] = async (id, options) => {
    const answer = await queue.cancelJob(id, options);
    await queue.process();
    return answer;
  };
  const monitor = new Monitor(withMethods(queue, { cancelJob }));
  const dashboard = createDashboard(monitor, { auth: 'none', permissions: PERMISSIONS });
  const search = 'name:work status:waiting';
  const response = await act(dashboard, 'cancel-matching', { queue: 'emails', search });
  const { changed } = (await response.json()) as { changed: number };
  expect(changed).toBeLessThanOrEqual(25);
  await clock.advance(120_000);
  expect(await queue.getStats()).toMatchObject({ cancelled: changed, completed: 200 - changed });
});

test.each([
  ['remove-matching', 'status:failed', 'retry'],
  ['retry-matching', 'status:failed', 'remove'],
] as const)(
  '%s leaves alone a job that was changed since it was found',
  async (action, search, how) => {
    const { clock, queue, work } = virtualSystem('emails');
    await queue.enqueue(work, { fail: 'no' }, { jobId: 'a' });
    await queue.process();
    await clock.settle();
    await queue.pause();
    const { backend } = queue;
    // Between reading the job and changing it, another user retries it; or removes it, and enqueues it again.
    const changed = async (): Promise<void> => {
      if (how === 'retry') await queue.retryJob('a', { strict: false });
      else {
        await queue.removeJob('a');
        await queue.enqueue(work, { fail: 'no' }, { jobId: 'a' });
        await queue.cancelJob('a');
      }
    };
    const other = {
      remove: async (params: Parameters<typeof backend.remove>[0]) => {
        await changed();
        return backend.remove(params);
      },
      retry: async (params: Parameters<typeof backend.retry>[0]) => {
        await changed();
        return backend.retry(params);
      },
    };
    const monitor = new Monitor(withMethods(queue, { backend: { ...backend, ...other } }));
    const dashboard = createDashboard(monitor, { auth: 'none', permissions: PERMISSIONS });
    const response = await act(dashboard, action, { queue: 'emails', search });
    expect(await response.json()).toMatchObject({ changed: 0 });
    expect((await queue.getJob('a'))?.status).toBe(how === 'retry' ? 'waiting' : 'cancelled');
  },
);

test('retry-matching leaves a job alone whose key another one holds, also as the only one', async () => {
  const { clock, queue, work } = virtualSystem('emails');
  const keyed = { deduplicate: 'mail' };
  await queue.enqueue(work, { fail: 'no' }, { jobId: 'a', ...keyed });
  await queue.process();
  await clock.settle();
  await queue.pause();
  await queue.enqueue(work, {}, { jobId: 'b', ...keyed });
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none', permissions: PERMISSIONS });
  const body = { queue: 'emails', search: 'status:failed' };
  const response = await act(dashboard, 'retry-matching', body);
  expect(await response.json()).toMatchObject({ changed: 0, matched: 1 });
  // Retried by itself, it says why not.
  const one = { queue: 'emails', ids: ['a'], status: 'failed' };
  expect((await act(dashboard, 'retry', one)).status).toBe(409);
});

test('cancel-matching asks only what blocked jobs wait for', async () => {
  const { queue, work } = virtualSystem('emails');
  const items = Array.from({ length: 30 }, () => ({ job: work, payload: {} }));
  const [first] = await queue.enqueueMany(items);
  if (first === undefined) throw new Error('nothing was stored');
  for (const jobId of ['one', 'other']) {
    await queue.enqueue(work, {}, { jobId, dependsOn: [first] });
  }
  const { workflows } = queue.backend;
  if (workflows === undefined) throw new Error('it has no workflows');
  const asked = vi.spyOn(workflows, 'dependencies');
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none', permissions: PERMISSIONS });
  const response = await act(dashboard, 'cancel-matching', {
    queue: 'emails',
    search: 'name:work',
  });
  expect(await response.json()).toMatchObject({ changed: 32 });
  const ids = asked.mock.calls.map(([{ job }]) => job.id);
  expect(ids.sort()).toEqual(['one', 'other']);
});
