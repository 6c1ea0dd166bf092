import { describe, expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import type { BulkProgress } from './job-query.ts';

const work = defineJob({
  name: 'work',
  attempts: 1,
  handler: (how: string): unknown => {
    if (how === 'fail') throw Object.assign(new RangeError('no luck'), { code: 'E_LUCK' });
    return how === 'never' ? new Promise(() => undefined) : how;
  },
});
const other = defineJob({
  name: 'other',
  attempts: 1,
  handler: () => Promise.reject(new Error('x')),
});

/** Makes a queue with one job in each state: done, failed, active, waiting, delayed. */
async function setUp() {
  const test = testQueue({ jobs: [work, other] });
  for (const [jobId, how] of [
    ['done', 'ok'],
    ['failed', 'fail'],
    ['active', 'never'],
    ['waiting', 'ok'],
  ] as const) {
    await test.queue.enqueue(work, how, { jobId });
  }
  await test.queue.enqueue(work, 'ok', { jobId: 'delayed', delay: 60_000 });
  await test.queue.process();
  await settle();
  const statusOf = async (id: string) => (await test.queue.getJob(id))?.status;
  return { ...test, statusOf };
}

/** Makes a queue with many failed jobs. */
async function failures(count: number) {
  const test = testQueue({ concurrency: 1000 });
  await test.queue.enqueueMany(
    Array.from({ length: count }, (_, index) =>
      index % 2 === 0
        ? { job: work, payload: 'fail', options: { jobId: `${index}` } }
        : { job: other, payload: undefined, options: { jobId: `${index}` } },
    ),
  );
  await test.queue.process();
  await settle();
  await test.queue.stop();
  return test;
}

describe('reading', () => {
  it('lists pages by state and name, with a cursor to go on', async () => {
    const { queue } = await setUp();
    const ids = async (options: object) => (await queue.getJobs(options)).jobs.map(({ id }) => id);
    expect(await ids({ status: 'failed' })).toEqual(['failed']);
    expect(await ids({ status: ['waiting', 'delayed'] })).toEqual(['waiting', 'delayed']);
    expect(await ids({ name: 'other' })).toEqual([]);
    expect(await ids({ name: ['work', 'other'], status: 'active' })).toEqual(['active']);
    const first = await queue.getJobs({ limit: 3 });
    const second = await queue.getJobs({ limit: 3, cursor: first.cursor });
    expect([first.jobs.length, second.jobs.length, second.cursor]).toEqual([3, 2, undefined]);
    expect(await queue.getJob('nowhere')).toBeUndefined();
  });

  it('counts', async () => {
    const { queue } = await setUp();
    expect(await queue.getStats()).toEqual({
      ...{ waiting: 1, delayed: 1, active: 1, completed: 1, failed: 1, cancelled: 0, blocked: 0 },
      total: 5,
    });
  });

  it('lists the workers', async () => {
    const { queue } = await setUp();
    expect(await queue.getWorkers()).toMatchObject([
      { concurrency: 1, jobs: { work: 1, other: 1 }, pid: process.pid },
    ]);
  });

  it('is refused where the backend lacks the part', async () => {
    const { queue } = testQueue({ parts: false });
    expect((await rejectionOf(queue.getLogs('a')))?.code).toBe('JOBS_NOT_SUPPORTED');
    expect((await rejectionOf(queue.getWorkers()))?.code).toBe('JOBS_NOT_SUPPORTED');
  });
});

describe('changing one job', () => {
  it('removes it unless it is active', async () => {
    const { queue, statusOf } = await setUp();
    expect(await queue.removeJob('waiting')).toBe(true);
    expect(await statusOf('waiting')).toBeUndefined();
    expect(await queue.removeJob('waiting')).toBe(false);
    expect((await rejectionOf(queue.removeJob('active')))?.code).toBe('JOBS_CONFLICT');
  });

  it('retries it if it has failed or was cancelled', async () => {
    const { queue, statusOf } = await setUp();
    await queue.retryJob('failed');
    expect(await statusOf('failed')).toBe('waiting');
    await queue.cancelJob('delayed');
    await queue.retryJob('delayed');
    expect(await statusOf('delayed')).toBe('waiting');
    expect((await rejectionOf(queue.retryJob('done')))?.code).toBe('JOBS_CONFLICT');
    expect((await rejectionOf(queue.retryJob('nowhere')))?.code).toBe('JOBS_NOT_FOUND');
  });

  it('promotes it if it is delayed', async () => {
    const { queue, statusOf } = await setUp();
    await queue.promoteJob('delayed');
    expect(await statusOf('delayed')).toBe('waiting');
    expect((await rejectionOf(queue.promoteJob('done')))?.code).toBe('JOBS_CONFLICT');
    expect((await rejectionOf(queue.promoteJob('nowhere')))?.code).toBe('JOBS_NOT_FOUND');
  });

  it('cancels it, and says what that meant', async () => {
    const { queue, statusOf, backend } = await setUp();
    expect(await queue.cancelJob('waiting', 'why')).toBe('cancelled');
    expect(await queue.cancelJob('active', { reason: 'why' })).toBe('requested');
    expect(await queue.cancelJob('done')).toBe('finished');
    expect(await queue.cancelJob('nowhere')).toBe('not-found');
    expect(await statusOf('waiting')).toBe('cancelled');

    expect(backend.store.jobs.get('active')?.record.cancelRequested).toEqual({
      force: false,
      reason: 'why',
    });
  });

  it('clears all that are not active', async () => {
    const { queue } = await setUp();
    expect(await queue.clear()).toBe(4);
    expect((await queue.getStats()).total).toBe(1);
  });
});

describe('changing many jobs', () => {
  it('retries those that match, in batches, and tells how far it is', async () => {
    const { queue } = await failures(1_200);
    const progress: BulkProgress[] = [];
    const onProgress = (step: BulkProgress): void => void progress.push(step);
    expect(await queue.retryJobs({ name: 'work', onProgress })).toBe(600);
    expect(progress.at(-1)).toMatchObject({ matched: 600, changed: 600 });
    expect(progress.length).toBeGreaterThan(1);
    expect(await queue.getStats()).toMatchObject({ waiting: 600, failed: 600 });
  });

  it('counts apart the jobs that a cancellation only asked to stop', async () => {
    const { queue } = await setUp();
    let last: BulkProgress | undefined;
    const onProgress = (step: BulkProgress): void => {
      last = step;
    };
    expect(await queue.cancelJobs({ onProgress })).toBe(3);
    expect(last).toMatchObject({ changed: 3, requested: 1 });
  });

  it.each([
    ['its code', 'E_LUCK', 10],
    ['its name', 'RangeError', 10],
    ['its message', 'x', 10],
    ['nothing of it', 'luck', 0],
  ])('matches an error by %s', async (_, error, expected) => {
    const { queue } = await failures(20);
    expect(await queue.retryJobs({ error })).toBe(expected);
  });

  it('counts without doing anything, stops after a limit, and takes ids', async () => {
    const { queue } = await failures(20);
    expect(await queue.retryJobs({ dryRun: true })).toBe(20);
    expect(await queue.retryJobs({ limit: 3 })).toBe(3);
    expect(await queue.removeJobs({ ids: ['0', '1', 'nowhere'], status: 'failed' })).toBe(2);
    expect(await queue.removeJobs({ ids: ['2', '3'], name: 'other' })).toBe(1);
    expect(await queue.retryJobs({ ids: [] })).toBe(0);
    expect(await queue.retryJobs({ status: 'completed' })).toBe(0);
    expect((await queue.getStats()).total).toBe(17);
  });

  it('stops when its signal aborts, between two batches', async () => {
    const { queue } = await failures(1_200);
    const controller = new AbortController();
    const { signal } = controller;
    const removed = await queue.removeJobs({ signal, onProgress: () => controller.abort() });
    expect(removed).toBe(500);
    expect(await queue.removeJobs({ signal })).toBe(0);
  });

  it('removes all that are not active', async () => {
    const { queue } = await setUp();
    expect(await queue.removeJobs()).toBe(4);
    expect(await queue.removeJobs({ status: ['active', 'waiting'] })).toBe(0);
  });
});

it.each<[field: string, call: (queue: ReturnType<typeof testQueue>['queue']) => Promise<unknown>]>([
  ['id', (queue) => queue.getJob('')],
  ['id', (queue) => queue.removeJob(7 as never)],
  ['id', (queue) => queue.retryJob(undefined as never)],
  ['id', (queue) => queue.promoteJob('')],
  ['id', (queue) => queue.cancelJob('')],
  ['id', (queue) => queue.explain('')],
  ['id', (queue) => queue.getLogs('')],
  ['offset', (queue) => queue.getLogs('a', { offset: -1 })],
  ['limit', (queue) => queue.getLogs('a', { limit: 1e9 })],
  ['getLogs.from', (queue) => queue.getLogs('a', { from: 1 } as never)],
  ['reason', (queue) => queue.cancelJob('a', { reason: 7 as never })],
  ['force', (queue) => queue.cancelJob('a', { force: 1 as never })],
  ['cancelJob', (queue) => queue.cancelJob('a', null as never)],
  ['cancelJob.why', (queue) => queue.cancelJob('a', { why: 'x' } as never)],
  ['status', (queue) => queue.getJobs({ status: 'done' as never })],
  ['status', (queue) => queue.getJobs({ status: ['failed', 'x' as never] })],
  ['name', (queue) => queue.getJobs({ name: 7 as never })],
  ['limit', (queue) => queue.getJobs({ limit: 1001 })],
  ['order', (queue) => queue.getJobs({ order: 'desc' as never })],
  ['cursor', (queue) => queue.getJobs({ cursor: 5 as never })],
  ['getJobs.states', (queue) => queue.getJobs({ states: [] } as never)],
  ['query', (queue) => queue.retryJobs('all' as never)],
  ['query.names', (queue) => queue.removeJobs({ names: [] } as never)],
  ['ids', (queue) => queue.removeJobs({ ids: 'a' as never })],
  ['ids[1]', (queue) => queue.removeJobs({ ids: ['a', ''] })],
  ['limit', (queue) => queue.removeJobs({ limit: 0 })],
  ['error', (queue) => queue.retryJobs({ error: /x/ as never })],
  ['dryRun', (queue) => queue.retryJobs({ dryRun: 'yes' as never })],
  ['onProgress', (queue) => queue.retryJobs({ onProgress: 1 as never })],
  ['signal', (queue) => queue.retryJobs({ signal: {} as never })],
  ['name', (queue) => queue.retryJobs({ name: [1] as never })],
])('names a bad `%s` before any I/O', async (field, call) => {
  const { queue, backend } = testQueue();
  expect(await rejectionOf(call(queue))).toEqual({ code: 'JOBS_INVALID_ARGUMENT', field });
  expect(backend.calls).toEqual([]);
});

describe('acting on one job', () => {
  const acts = {
    retryJob: { changes: 'failed', refuses: 'done' },
    promoteJob: { changes: 'delayed', refuses: 'done' },
    removeJob: { changes: 'done', refuses: 'active' },
    cancelJob: { changes: 'waiting', refuses: 'done' },
  } as const;
  const each = Object.entries(acts) as [keyof typeof acts, (typeof acts)[keyof typeof acts]][];

  it.each(each)('%s says that it did, and with `strict` why it did not', async (act, on) => {
    const { queue } = await setUp();
    const strict = { strict: true };
    expect(await queue[act](on.changes, strict)).toBe(act === 'cancelJob' ? 'cancelled' : true);
    expect(await rejectionOf(queue[act]('nowhere', strict))).toEqual({ code: 'JOBS_NOT_FOUND' });
    expect(await rejectionOf(queue[act](on.refuses, strict))).toEqual({ code: 'JOBS_CONFLICT' });
    expect((await rejectionOf(queue[act]('x', { strict: 'yes' } as never)))?.field).toBe('strict');
  });

  it.each(each)('%s without `strict` answers what it did not do', async (act, on) => {
    const { queue, statusOf } = await setUp();
    const loose = { strict: false };
    expect(await queue[act]('nowhere', loose)).toBe(act === 'cancelJob' ? 'not-found' : false);
    expect(await queue[act](on.refuses, loose)).toBe(act === 'cancelJob' ? 'finished' : false);
    expect(await statusOf(on.changes)).not.toBeUndefined();
    expect(await queue[act](on.changes, loose)).toBe(act === 'cancelJob' ? 'cancelled' : true);
  });

  it('answers by default as it always has', async () => {
    const { queue } = await setUp();
    expect(await queue.removeJob('nowhere')).toBe(false);
    expect((await rejectionOf(queue.removeJob('active')))?.code).toBe('JOBS_CONFLICT');
    expect((await rejectionOf(queue.retryJob('nowhere')))?.code).toBe('JOBS_NOT_FOUND');
    expect((await rejectionOf(queue.promoteJob('done')))?.code).toBe('JOBS_CONFLICT');
    expect(await queue.cancelJob('nowhere')).toBe('not-found');
    expect(await queue.cancelJob('done')).toBe('finished');
  });
});

describe('acting only while a job is in a state', () => {
  it('removes, retries and cancels it in that state', async () => {
    const { queue, statusOf } = await setUp();
    expect(await queue.cancelJob('delayed', { status: ['waiting', 'delayed'] })).toBe('cancelled');
    expect(await queue.retryJob('delayed', { status: 'cancelled' })).toBe(true);
    expect(await queue.removeJob('done', { status: 'completed' })).toBe(true);
    expect(await statusOf('done')).toBeUndefined();
  });

  it('leaves it alone in any other one, and says so where that is asked for', async () => {
    const { queue, statusOf } = await setUp();
    expect(await queue.cancelJob('active', { status: 'waiting' })).toBe('other-status');
    expect(await queue.cancelJob('done', { status: 'waiting' })).toBe('finished');
    const conflict = { code: 'JOBS_CONFLICT' };
    const strict = { status: 'waiting', strict: true } as const;
    expect(await rejectionOf(queue.cancelJob('active', strict))).toMatchObject(conflict);
    expect(await rejectionOf(queue.retryJob('failed', { status: 'cancelled' }))).toMatchObject(
      conflict,
    );
    expect(await queue.retryJob('failed', { status: 'cancelled', strict: false })).toBe(false);
    expect(await rejectionOf(queue.removeJob('waiting', { status: 'failed' }))).toMatchObject(
      conflict,
    );
    expect(await queue.removeJob('waiting', { status: 'failed', strict: false })).toBe(false);
    expect(await Promise.all(['active', 'failed', 'waiting'].map(statusOf))).toEqual([
      'active',
      'failed',
      'waiting',
    ]);
  });

  it('refuses a state that does not exist', async () => {
    const { queue } = await setUp();
    const status = 'ready' as never;
    for (const call of [
      () => queue.removeJob('failed', { status }),
      () => queue.retryJob('failed', { status }),
      () => queue.cancelJob('failed', { status }),
    ]) {
      expect(await rejectionOf(call())).toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
    }
  });
});
