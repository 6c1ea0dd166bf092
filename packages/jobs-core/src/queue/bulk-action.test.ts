import { expect, it } from 'vitest';
import { testBackend } from '../../test/test-backend.ts';
import { TestClock } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import type { Backend } from '../contract/backend.ts';
import type { JobStatus } from '../contract/job-status.ts';
import { defineJob } from '../job/define-job.ts';
import type { Queue } from './queue.ts';

const work = defineJob({ name: 'work', handler: () => 1 });

/** A queue with many delayed jobs. */
async function delayed(count: number) {
  const { queue } = testQueue({ jobs: [work] });
  const items = Array.from({ length: count }, () => ({
    job: work,
    payload: undefined,
    options: { delay: 60_000 },
  }));
  await queue.enqueueMany(items);
  return queue;
}

it.each([
  ['cancelJobs', {}],
  ['removeJobs', {}],
  ['promoteJobs', {}],
  ['removeJobs', { dryRun: true }],
  ['cancelJobs', { search: 'error:none' }],
] as const)(
  '%s of %j lets timers of its process run, so that one can stop it',
  async (act, query) => {
    const queue = await delayed(4000);
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    let scanned = 0;
    await queue[act]({
      ...query,
      signal: controller.signal,
      onProgress: (progress) => {
        scanned = progress.scanned;
      },
    });
    expect(scanned).toBeLessThan(4000);
  },
);

it('reads a page of what matches without keeping its process from other work', async () => {
  const queue = await delayed(4000);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await queue.getJobs({ search: 'error:none' });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
});

it('clears a queue without keeping its process from other work', async () => {
  const clock = new TestClock();
  let calls = 0;
  let immediates = 0;
  const clear: Backend['clear'] = async ({ most = 0 } = {}) => {
    for (const since = performance.now(); performance.now() - since < 10; );
    if (calls === 0) setImmediate(() => immediates++);
    calls += 1;
    return calls < 5 ? most : 0;
  };
  const { queue } = testQueue({ clock, backend: { ...testBackend({ clock }), clear } });
  await queue.clear();
  expect([calls, immediates]).toEqual([5, 1]);
});

it.each([
  [{ status: 'waiting' }, undefined],
  [{ search: 'status:waiting' }, undefined],
  [{}, { force: false }],
] as const)(
  'cancels by %j a job that has started meanwhile only where it selects such ones',
  async (query, request) => {
    const clock = new TestClock();
    const inner = testBackend({ clock });
    const started = () => inner.store.jobs.get('started');
    const cancel: Backend['cancel'] = async (params) => {
      const stored = started();
      if (stored !== undefined) inner.store.change(stored, { status: 'active' });
      return inner.cancel(params);
    };
    const { queue } = testQueue({ clock, jobs: [work], backend: { ...inner, cancel } });
    await queue.enqueue(work, undefined, { jobId: 'started' });
    for (let index = 0; index < 30; index++) await queue.enqueue(work, undefined);
    await queue.enqueue(work, undefined, { jobId: 'first' });
    await queue.cancelJobs(query);
    expect(started()?.record.cancelRequested).toEqual(request);
  },
);

/** A queue with a job that moves to another state when a bulk action has read it. */
async function moving(
  from: JobStatus,
  to: JobStatus,
): Promise<{ readonly queue: Queue; readonly status: () => JobStatus | undefined }> {
  const clock = new TestClock();
  const inner = testBackend({ clock });
  const stored = () => inner.store.jobs.get('moves');
  const afterMove =
    <TParams, T>(act: (params: TParams) => Promise<T>) =>
    (params: TParams): Promise<T> => {
      const job = stored();
      if (job?.record.status === from) inner.store.change(job, { status: to });
      return act(params);
    };
  const [remove, retry] = [afterMove(inner.remove), afterMove(inner.retry)];
  const backend = { ...inner, remove, retry, cancel: afterMove(inner.cancel) };
  const { queue } = testQueue({ clock, jobs: [work], backend });
  await queue.enqueue(work, undefined, { jobId: 'moves' });
  inner.store.change(stored()!, { status: from });
  return { queue, status: () => stored()?.record.status };
}

it.each([
  ['removeJobs', 'failed', 'waiting', { status: 'failed' }],
  ['removeJobs', 'failed', 'waiting', { search: 'NOT status:waiting' }],
  ['removeJobs', 'failed', 'waiting', { ids: ['moves'], status: 'failed' }],
  ['retryJobs', 'failed', 'cancelled', {}],
  ['cancelJobs', 'waiting', 'active', { status: 'waiting' }],
  ['cancelJobs', 'waiting', 'active', { ids: ['moves'], search: 'status:waiting' }],
] as const)(
  '%s leaves alone a job that went from %s to %s after it was read, where %j matches it no longer',
  async (act, from, to, query) => {
    const { queue, status } = await moving(from, to);
    expect(await queue[act](query)).toBe(0);
    expect(status()).toBe(to);
  },
);

it.each([
  ['removeJobs', 'delayed', 'waiting', {}],
  ['removeJobs', 'failed', 'waiting', {}],
  ['removeJobs', 'failed', 'waiting', { ids: ['moves'] }],
  ['cancelJobs', 'delayed', 'waiting', { status: ['delayed', 'waiting'] }],
  ['cancelJobs', 'waiting', 'delayed', { ids: ['moves'] }],
] as const)(
  '%s acts on a job that went from %s to %s after it was read, where %j matches it still',
  async (act, from, to, query) => {
    const { queue, status } = await moving(from, to);
    expect(await queue[act](query)).toBe(1);
    expect(status()).toBe(act === 'removeJobs' ? undefined : 'cancelled');
  },
);

it('cancelJobs of ids asks only what blocked jobs wait for', async () => {
  const clock = new TestClock();
  const inner = testBackend({ clock });
  const asked: string[] = [];
  const dependencies = async ({ job }: { readonly job: { readonly id: string } }) => {
    asked.push(job.id);
    return { dependencies: [] };
  };
  const backend = { ...inner, workflows: { dependencies } as never };
  const { queue } = testQueue({ clock, jobs: [work], backend });
  const ids = ['a', 'b', 'c', 'd'];
  for (const jobId of ids) await queue.enqueue(work, undefined, { jobId });
  for (const id of ['b', 'd']) inner.store.change(inner.store.jobs.get(id)!, { status: 'blocked' });
  expect(await queue.cancelJobs({ ids, dryRun: true })).toBe(4);
  expect(asked).toEqual([]);
  expect(await queue.cancelJobs({ ids })).toBe(4);
  expect(asked).toEqual(['b', 'd']);
});

it('reads no more jobs at once than a store has connections for, however many ids are given', async () => {
  const clock = new TestClock();
  const inner = testBackend({ clock });
  let [open, most] = [0, 0];
  const get: typeof inner.get = async (params) => {
    open += 1;
    most = Math.max(most, open);
    await Promise.resolve();
    open -= 1;
    return inner.get(params);
  };
  const { queue } = testQueue({ clock, jobs: [work], backend: { ...inner, get } });
  const items = Array.from({ length: 200 }, () => ({ job: work, payload: undefined }));
  const ids = (await queue.enqueueMany(items)).map(({ id }) => id);
  expect(await queue.cancelJobs({ ids })).toBe(200);
  expect(most).toBeLessThanOrEqual(25);
});
