import { isJobsError } from '@philjs/jobs-core';
import type { ListParams } from '@philjs/jobs-core/backend';
import { describe, expect, it, vi } from 'vitest';
import { LeasedQueue, leaseOf } from '../../test/support/leased-queue.ts';
import { newJob } from '../../test/support/new-job.ts';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import { listJobs } from './list-jobs.ts';

type Query = Partial<ListParams>;

const page = (queue: LeasedQueue, query: Query) => {
  const params: ListParams = { statuses: ['waiting'], order: 'oldest', limit: 10, ...query };
  const { jobs, cursor } = listJobs(queue.state.table, params, 0);
  return { ids: jobs.map((job) => job.id), cursor };
};

/** Reads all pages; calls back between two of them. */
const pages = (queue: LeasedQueue, query: Query, between = (): void => undefined): string[][] => {
  const all: string[][] = [];
  let cursor: string | undefined;
  do {
    const next = page(queue, cursor === undefined ? query : { ...query, cursor });
    all.push(next.ids);
    cursor = next.cursor;
    between();
  } while (cursor !== undefined);
  return all;
};

const numbered = (count: number, fields: (i: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, i) => newJob(`j${i}`, fields(i)));

describe('listing jobs', () => {
  it('reads a state page by page, from either end, and ends without an empty page', () => {
    const queue = new LeasedQueue();
    queue.add(...numbered(4));
    expect(pages(queue, { limit: 2 })).toEqual([
      ['j0', 'j1'],
      ['j2', 'j3'],
    ]);
    expect(pages(queue, { limit: 3, order: 'newest' })).toEqual([['j3', 'j2', 'j1'], ['j0']]);
    expect(pages(new LeasedQueue(), {})).toEqual([[]]);
  });

  it('lists waiting jobs by turn, delayed ones by time, active ones by start, others by finish', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('c1'), newJob('c2'), newJob('a1'), newJob('a2'));
    const [c1, c2, a1] = queue.claim(4);
    queue.complete(leaseOf(c2!));
    queue.complete(leaseOf(c1!));
    queue.extend(90_000, leaseOf(a1!));
    queue.add(newJob('w1'), newJob('w2', { priority: 1 }));
    queue.add(newJob('d1', { runAt: 20 }), newJob('d2', { runAt: 10.5 }));
    const statuses = ['completed', 'active', 'waiting', 'delayed', 'failed', 'blocked'] as const;
    const ids = ['c2', 'c1', 'a1', 'a2', 'w2', 'w1', 'd2', 'd1'];
    expect(page(queue, { statuses }).ids).toEqual(ids);
    expect(pages(queue, { statuses, limit: 1 }).flat()).toEqual(ids);
    const newest = ['c1', 'c2', 'a2', 'a1', 'w1', 'w2', 'd1', 'd2'];
    expect(pages(queue, { statuses, limit: 1, order: 'newest' }).flat()).toEqual(newest);
  });

  it('is not shifted by jobs that come and go between two pages', () => {
    const queue = new LeasedQueue();
    queue.add(...numbered(6));
    let turn = 0;
    const seen = pages(queue, { limit: 2 }, () => {
      if (turn++ > 0) return;
      queue.changes.remove({ ids: ['j1', 'j2'] }, 0);
      queue.add(newJob('late'), newJob('urgent', { priority: 9 }));
    });
    expect(seen).toEqual([
      ['j0', 'j1'],
      ['j3', 'j4'],
      ['j5', 'late'],
    ]);
  });

  it('selects by name', () => {
    const queue = new LeasedQueue();
    queue.add(...numbered(9, (i) => ({ name: `n${i % 3}` })));
    expect(pages(queue, { names: ['n1', 'n2'], limit: 4 }).flat()).toEqual([
      'j1',
      'j2',
      'j4',
      'j5',
      'j7',
      'j8',
    ]);
    expect(page(queue, { names: [] })).toEqual({ ids: [], cursor: undefined });
  });

  it('looks at no more jobs a call than its budget, and says where to go on', () => {
    const queue = new LeasedQueue();
    queue.add(...numbered(10_001, (i) => ({ name: i === 10_000 ? 'rare' : 'common' })));
    const first = page(queue, { names: ['rare'] });
    expect(first.ids).toEqual([]);
    expect(page(queue, { names: ['rare'], cursor: first.cursor! }).ids).toEqual(['j10000']);
  });

  it.each([
    '',
    'nonsense',
    'waiting',
    'waiting:1',
    'waiting::1',
    'waiting:x:1',
    'waiting:1:2',
    'waiting:1:2:x:4',
    'failed:1:2:3',
    'done:1:2',
    'failed:0:1',
  ])('refuses the cursor %j', (cursor) => {
    const queue = new LeasedQueue();
    let thrown: unknown;
    try {
      page(queue, { cursor });
    } catch (error) {
      thrown = error;
    }
    expect(isJobsError(thrown, 'JOBS_INVALID_ARGUMENT')).toBe(true);
  });

  it('gives records that are the reader’s own', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a', { payload: { n: 1 } }));
    const params: ListParams = { statuses: ['waiting'], order: 'oldest', limit: 1 };
    (listJobs(queue.state.table, params, 0).jobs[0]!.payload as { n: number }).n = 2;
    expect(listJobs(queue.state.table, params, 0).jobs[0]!.payload).toEqual({ n: 1 });
  });
});

describe('listing the waiting jobs of many keys', () => {
  const keyed = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) =>
      newJob(`j${from + i}`, { priority: i % 2, order: { fairKey: `k${(from + i) % 300}` } }),
    );

  it('looks at few of the others for a page, however many keys there are', () => {
    const queue = new LeasedQueue();
    queue.state.table.waiting.reorder({ policy: 'fair' });
    queue.add(...keyed(0, 1200));
    const looks = vi.spyOn(OrderedList.prototype, 'descending');
    for (let n = 0; n < 100; n++) page(queue, { order: 'newest' });
    // Six hundred lines, for as many pages as make up for sorting 1,200 jobs.
    expect(looks.mock.calls.length).toBeLessThan(5 * 600);
    looks.mockRestore();
  });

  it('keeps to priority and arrival while jobs come, start, go back and are removed', () => {
    const queue = new LeasedQueue();
    queue.state.table.waiting.reorder({ policy: 'fair' });
    const plain = new LeasedQueue();
    const both = (act: (of: LeasedQueue) => void): void => [queue, plain].forEach(act);
    const remove = (of: LeasedQueue, ids: readonly string[]) => of.changes.remove({ ids }, 0);
    const ids = (of: LeasedQueue): string[] => pages(of, { limit: 100 }).flat();
    both((of) => of.add(...keyed(0, 600)));
    for (let round = 0; round < 40; round++) {
      both((of) => of.add(...keyed(600 + 60 * round, 60)));
      const waiting = ids(queue);
      expect(waiting).toEqual(ids(plain));
      expect(pages(queue, { limit: 150, order: 'newest' }).flat()).toEqual(waiting.toReversed());
      both((of) => remove(of, [...waiting.slice(0, 10), ...waiting.slice(300, 330)]));
      const [back, ...started] = queue.claim(4);
      queue.end(leaseOf(back!), { type: 'unstarted' });
      remove(
        plain,
        started.map(({ id }) => id),
      );
    }
  });
});
