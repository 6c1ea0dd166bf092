import { describe, expect, it } from 'vitest';
import type { DependencyRecord } from '../contract/workflow-store.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { IQueue } from './queue-interface.ts';
import { toWorkflowEvent } from './to-queue-event.ts';
import { WorkflowHandle } from './workflow-handle.ts';

type Fields = Partial<DependencyRecord> & { readonly waitsFor?: readonly string[] };

/** A queue over jobs that are given with what they wait for; it notes what is done to them. */
function queueOf(
  name: string,
  jobs: { readonly [id: string]: Fields },
  done: string[] = [],
): IQueue {
  const recordOf = (id: string): DependencyRecord => {
    const { waitsFor = [], ...fields } = jobs[id] ?? {};
    const total = waitsFor.length;
    const base = { queueName: name, id, name: id, status: 'completed', createdAt: 0 } as const;
    return {
      ...base,
      ...(total > 0 && { dependencies: { total, open: 0, failed: 0 } }),
      ...fields,
    };
  };
  const dependencies = async ({ job, cursor = '0' }: { job: { id: string }; cursor?: string }) => {
    const all = jobs[job.id]?.waitsFor ?? [];
    const from = Number(cursor);
    const next = from + 2 < all.length ? { cursor: `${from + 2}` } : {};
    return { dependencies: all.slice(from, from + 2).map(recordOf), ...next };
  };
  return {
    name,
    clock: { now: () => 100 },
    backend: {
      name: 'test',
      workflows: { dependencies },
      get: async ({ id }: { id: string }) => (id in jobs ? recordOf(id) : undefined),
      retry: async ({ ids }: { ids: string[] }) => done.push(`retry ${ids}`) && ids.length,
    },
    cancelJob: async (id: string) => {
      done.push(`cancel ${id}`);
      if (id === 'c') return 'finished';
      return jobs[id]?.status === 'active' ? 'requested' : 'cancelled';
    },
    waitFor: async (id: string) => `result of ${id}`,
  } as unknown as IQueue;
}

/** The queue with a store that keeps its process busy in each call, as one of the process itself does. */
function slowly(queue: IQueue): IQueue {
  const busily =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      for (const since = performance.now(); performance.now() - since < 9; );
      return call(...args);
    };
  const { backend } = queue;
  const workflows = { dependencies: busily(backend.workflows?.dependencies as never) };
  const slow = { ...backend, workflows, retry: busily(backend.retry) };
  return { ...queue, backend: slow, cancelJob: busily(queue.cancelJob) } as unknown as IQueue;
}

const graph = {
  d: { status: 'blocked', waitsFor: ['c', 'b', 'a'] },
  c: { status: 'active', processedAt: 40, waitsFor: ['a'] },
  b: { status: 'failed', processedAt: 10, finishedAt: 90, error: { name: 'E', message: 'no' } },
  a: { processedAt: 5, finishedAt: 30, isChild: true },
} as const;

describe('a workflow', () => {
  it('is read from its last job on, each job once, with times and progress', async () => {
    const flow = new WorkflowHandle('d', queueOf('q', graph), () => []);
    const read = await flow.read();
    expect(read).toMatchObject({
      ...{ id: 'd', status: 'blocked', isCut: false, startedAt: new Date(5) },
      nodes: [
        { id: 'd' },
        { id: 'c', runMs: 60 },
        { id: 'b', runMs: 80 },
        { id: 'a', isChild: true },
      ],
      edges: [
        { from: 1, to: 0 },
        { from: 2, to: 0 },
        { from: 3, to: 0 },
        { from: 3, to: 1 },
      ],
      progress: {
        total: 4,
        ended: 2,
        byStatus: { blocked: 1, active: 1, failed: 1, completed: 1 },
      },
      criticalPath: [3, 1, 0],
    });
    expect(await flow.waitFor()).toBe('result of d');
  });

  it('is cancelled and retried as a whole, however many jobs it has', async () => {
    const ids = Array.from({ length: 20_500 }, (_, index) => `m${index}`);
    const members = (fields: Fields): { [id: string]: Fields } => ({
      ...Object.fromEntries(ids.map((id) => [id, fields])),
      last: { status: 'blocked', waitsFor: ids },
    });
    const waiting = queueOf('q', members({ status: 'waiting' }));
    expect(await new WorkflowHandle('last', waiting, () => []).cancel()).toBe(20_501);
    const retried: string[] = [];
    const fields = { status: 'failed', error: { name: 'E', message: 'no' } } as const;
    const failed = queueOf('q', members(fields), retried);
    expect(await new WorkflowHandle('last', failed, () => []).retryFailed()).toBe(20_500);
    // A store that reads the workflow for each call reads it a few times.
    expect(retried).toHaveLength(41);
  });

  it('lets other work of its process run while it is read, cancelled and retried', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
    const chain = (fields: Fields): { [id: string]: Fields } =>
      Object.fromEntries(
        ids.map((id, index) => [id, { ...fields, waitsFor: ids.slice(index + 1, index + 2) }]),
      );
    const calls = {
      read: chain({ status: 'waiting' }),
      cancel: chain({ status: 'waiting' }),
      retryFailed: chain({ status: 'failed', error: { name: 'E', message: 'no' } }),
    } as const;
    for (const call of ['read', 'cancel', 'retryFailed'] as const) {
      const queue = slowly(queueOf('q', calls[call]));
      let turns = 0;
      const other = (): void => {
        turns += 1;
        next = setImmediate(other);
      };
      let next = setImmediate(other);
      await new WorkflowHandle('m0', queue, () => [])[call]();
      clearImmediate(next);
      expect(turns).toBeGreaterThan(call === 'read' ? 15 : 30);
    }
  });

  it('tells how far it is while it is cancelled and retried, from the count on', async () => {
    const ids = Array.from({ length: 1200 }, (_, index) => `m${index}`);
    const members = (fields: Fields): { [id: string]: Fields } => ({
      ...Object.fromEntries(ids.map((id) => [id, fields])),
      c: { status: 'active' },
      last: { status: 'blocked', waitsFor: [...ids, 'c'] },
    });
    const told: unknown[] = [];
    const onProgress = (progress: unknown): unknown => told.push(progress);
    const waiting = queueOf('q', members({ status: 'waiting' }));
    // One of them ends while it is cancelled.
    await new WorkflowHandle('last', waiting, () => []).cancel({ reason: 'no', onProgress });
    expect(told[0]).toEqual({ matched: 1202, tried: 0, changed: 0 });
    expect(told[1]).toEqual({ matched: 1202, tried: 1, changed: 1 });
    expect(told.at(-1)).toEqual({ matched: 1202, tried: 1202, changed: 1201 });
    told.length = 0;
    const fields = { status: 'failed', error: { name: 'E', message: 'no' } } as const;
    const failed = queueOf('q', members(fields));
    await new WorkflowHandle('last', failed, () => []).retryFailed({ onProgress });
    expect(told).toEqual(
      [0, 500, 1000, 1200].map((tried) => ({ matched: 1200, tried, changed: tried })),
    );
  });

  it('counts apart what a cancellation only asked to stop', async () => {
    const told: unknown[] = [];
    const onProgress = (progress: unknown): unknown => told.push(progress);
    const jobs = { last: { status: 'blocked', waitsFor: ['a', 'b'] }, a: {}, b: {} } as const;
    const running = { ...jobs, a: { status: 'active' }, b: { status: 'active' } } as const;
    const flow = new WorkflowHandle('last', queueOf('q', running), () => []);
    expect(await flow.cancel({ onProgress })).toBe(3);
    expect(told.at(-1)).toEqual({ matched: 3, tried: 3, changed: 3, requested: 2 });
  });

  it('is only counted by a dry run', async () => {
    const done: string[] = [];
    const told: unknown[] = [];
    const onProgress = (progress: unknown): unknown => told.push(progress);
    const flow = new WorkflowHandle('d', queueOf('q', graph, done), () => []);
    expect(await flow.cancel({ dryRun: true, onProgress })).toBe(2);
    expect(await flow.retryFailed({ dryRun: true })).toBe(1);
    expect([done, told]).toEqual([[], [{ matched: 2, tried: 0, changed: 2 }]]);
  });

  it('stops between two batches, and while its jobs are read, once it is aborted', async () => {
    const ids = Array.from({ length: 1200 }, (_, index) => `m${index}`);
    const fields = { status: 'failed', error: { name: 'E', message: 'no' } } as const;
    const jobs: { [id: string]: Fields } = { last: { status: 'blocked', waitsFor: ids } };
    for (const id of ids) jobs[id] = fields;
    const done: string[] = [];
    const flow = new WorkflowHandle('last', queueOf('q', jobs, done), () => []);
    const over = new AbortController();
    const { signal } = over;
    const onProgress = ({ tried }: { readonly tried: number }): void => {
      if (tried > 0) over.abort();
    };
    expect(await flow.retryFailed({ signal, onProgress })).toBe(500);
    expect(done).toHaveLength(1);
    for (const id of ids) jobs[id] = { status: 'waiting' };
    expect(await flow.cancel({ signal, onProgress })).toBe(0);
    expect(await flow.retryFailed({ signal })).toBe(0);
    expect(done).toHaveLength(1);
  });

  it('refuses options that say nothing, before it reads any job', async () => {
    const flow = new WorkflowHandle('none', queueOf('q', graph), () => []);
    for (const options of [{ dryRun: 1 }, { onProgress: 1 }, { signal: 1 }, { onprogress: 1 }, 5]) {
      for (const call of ['cancel', 'retryFailed'] as const) {
        const refused = flow[call](options as never);
        await expect(refused).rejects.toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
      }
    }
  });

  it('says that it was cut, and names a removed job', async () => {
    const flow = new WorkflowHandle('d', queueOf('q', graph), () => []);
    expect(await flow.read({ limit: 2 })).toMatchObject({ isCut: true, progress: { total: 2 } });
    const gone = {
      last: { waitsFor: ['x', 'y'] },
      x: { status: 'removed' },
      y: { finishedAt: 1 },
    } as const;
    const { nodes, criticalPath } = await new WorkflowHandle(
      'last',
      queueOf('q', gone),
      () => [],
    ).read();
    expect(nodes.map(({ status }) => status)).toEqual(['completed', 'removed', 'completed']);
    expect(criticalPath).toEqual([2, 0]);
  });

  it('has a removed job once, apart from a later one of its id', async () => {
    const jobs = {
      last: { status: 'failed', waitsFor: ['b', 'c', 'a', 'gone'] },
      b: { waitsFor: ['gone'] },
      c: { waitsFor: ['gone', 'was-a'] },
      a: {},
      'was-a': { id: 'a', status: 'removed' },
      gone: { status: 'removed' },
    } as const;
    const { nodes, edges, progress } = await new WorkflowHandle(
      'last',
      queueOf('q', jobs),
      () => [],
    ).read();
    expect(nodes.map(({ id, status }) => `${id} ${status}`)).toEqual([
      ...['last failed', 'b completed', 'c completed', 'a completed', 'gone removed'],
      'a removed',
    ]);
    expect(edges.filter(({ from }) => from === 4).map(({ to }) => to)).toEqual([0, 1, 2]);
    expect(progress).toMatchObject({ total: 6, byStatus: { removed: 2 } });
  });

  it('cancels what has not ended, the last job first, and retries what failed by itself', async () => {
    const done: string[] = [];
    const flow = new WorkflowHandle('d', queueOf('q', graph, done), () => []);
    expect(await flow.cancel()).toBe(1);
    expect(await flow.retryFailed()).toBe(1);
    expect(done).toEqual(['cancel d', 'cancel c', 'retry b']);
  });

  it('tries jobs again one by one that a store left alone among several, but none that ran since', async () => {
    const error = { name: 'E', message: 'no' };
    const fields = { status: 'failed', finishedAt: 5, error } as const;
    const waitsFor = ['a', 'b', 'c'];
    const jobs: { [id: string]: Fields } = { last: { status: 'blocked', waitsFor } };
    for (const id of waitsFor) jobs[id] = fields;
    const done: string[] = [];
    const queue = queueOf('q', jobs, done);
    const retry = async ({ ids }: { readonly ids: readonly string[] }): Promise<number> => {
      done.push(`retry ${ids}`);
      if (ids.length > 1) {
        jobs['a'] = { status: 'waiting' };
        jobs['b'] = { ...fields, finishedAt: 90 };
        return 2;
      }
      const details = { heldBy: 'd' };
      throw new JobsError('JOBS_CONFLICT', 'Another job has its key', { details });
    };
    const backend = { ...queue.backend, retry };
    const flow = new WorkflowHandle('last', { ...queue, backend } as IQueue, () => []);
    await expect(flow.retryFailed()).rejects.toMatchObject({
      code: 'JOBS_CONFLICT',
      details: { held: [{ jobId: 'c', heldBy: 'd' }] },
    });
    expect(done).toEqual(['retry a,b,c', 'retry c']);
  });

  it('refuses before any change when a job is in a queue it does not know', async () => {
    const jobs = {
      last: { status: 'blocked', waitsFor: ['far'] },
      far: { queueName: 'other', status: 'waiting' },
    } as const;
    const done: string[] = [];
    const queue = queueOf('q', jobs, done);
    const alone = new WorkflowHandle('last', queue, () => [queue]);
    await expect(alone.cancel()).rejects.toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
    expect(done).toEqual([]);
    const both = new WorkflowHandle('last', queue, () => [queueOf('other', {}, done)]);
    expect(await both.cancel()).toBe(2);
  });

  it('is refused without a job, and by a backend without workflows', async () => {
    const queue = queueOf('q', graph);
    const missing = new WorkflowHandle('x', queue, () => []).read();
    await expect(missing).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' });
    const { workflows: _, ...backend } = queue.backend;
    const lacking = new WorkflowHandle('d', { ...queue, backend } as IQueue, () => []).read();
    await expect(lacking).rejects.toMatchObject({ code: 'JOBS_NOT_SUPPORTED' });
  });
});

it('makes the event of a workflow from that of its last job', () => {
  const event = {
    jobId: 'a',
    queueName: 'q',
    at: new Date(0),
    error: { name: 'E', message: 'no' },
  };
  expect(toWorkflowEvent({ type: 'completed', ...event, result: 1 }, true)?.type).toBe(
    'workflow-completed',
  );
  expect(toWorkflowEvent({ type: 'failed', ...event }, true)?.type).toBe('workflow-failed');
  expect(toWorkflowEvent({ type: 'cancelled', ...event }, true)?.type).toBe('workflow-failed');
  expect(toWorkflowEvent({ type: 'failed', ...event }, false)).toBeUndefined();
  expect(toWorkflowEvent({ type: 'removed', ...event }, true)).toBeUndefined();
});
