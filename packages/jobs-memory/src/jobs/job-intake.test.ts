import type { DeduplicationMode } from '@philjs/jobs-core';
import { describe, expect, it } from 'vitest';
import { LeasedQueue, leaseOf } from '../../test/support/leased-queue.ts';
import { newJob } from '../../test/support/new-job.ts';
import { copyJob } from '../state/job-copy.ts';

const keyed = (id: string, mode: DeduplicationMode, at = 0, ttlMs?: number, runAt = at) =>
  newJob(id, {
    createdAt: at,
    runAt,
    deduplication: ttlMs === undefined ? { key: 'k', mode } : { key: 'k', mode, ttlMs },
  });

describe('adding', () => {
  it('stores jobs in the order given and tells of each', () => {
    const queue = new LeasedQueue();
    expect(queue.add(newJob('a'), newJob('b', { runAt: 5 }), newJob('c'))).toEqual([
      'added',
      'added',
      'added',
    ]);
    expect(queue.ids()).toEqual({ waiting: ['a', 'c'], delayed: ['b'] });
    expect(queue.takeEvents()).toEqual(['waiting a', 'delayed b', 'waiting c']);
    expect(queue.add()).toEqual([]);
  });

  it('leaves a job of a known id as it is, in whatever state', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a', { payload: 'first' }), newJob('b', { runAt: 9 }));
    expect(
      queue.add(newJob('a', { payload: 'second' }), newJob('b'), newJob('c'), newJob('c')),
    ).toEqual(['duplicate', 'duplicate', 'added', 'duplicate']);
    expect(queue.state.table.get('a')?.payload).toBe('first');
    queue.run('a');
    expect(queue.add(newJob('a'))).toEqual(['duplicate']);
    expect(queue.ids()).toEqual({ waiting: ['c'], delayed: ['b'], completed: ['a'] });
  });

  it.each(['1', 'a:b', '__proto__', 'constructor', '😀', ' ', 'x'.repeat(256)])(
    'takes %j for an id',
    (id) => {
      const queue = new LeasedQueue();
      queue.add(newJob(id));
      queue.run(id);
      expect(queue.ids()).toEqual({ completed: [id] });
    },
  );

  it('tells consumers once a call, and for delayed jobs only of an earlier time than before', () => {
    const queue = new LeasedQueue();
    let heard = 0;
    queue.leases.watch({ onReady: () => heard++, onCancel: () => undefined });
    queue.add(newJob('a'), newJob('b'));
    expect(heard).toBe(1);
    queue.add(newJob('c', { runAt: 50 }));
    expect(heard).toBe(2);
    queue.add(newJob('d', { runAt: 60 }));
    expect(heard).toBe(2);
    queue.add(newJob('e', { runAt: 40 }));
    expect(heard).toBe(3);
  });
});

describe('a deduplication key, mode drop', () => {
  it('is held until the first job has completed', () => {
    const queue = new LeasedQueue();
    expect(queue.add(keyed('a', 'drop'), keyed('b', 'drop'))).toEqual(['added', 'duplicate']);
    const [job] = queue.claim();
    expect(queue.add(keyed('c', 'drop'))).toEqual(['duplicate']);
    queue.complete(leaseOf(job!));
    expect(queue.add(keyed('d', 'drop'))).toEqual(['added']);
  });

  it('is free after a failure, a cancel and a removal', () => {
    const queue = new LeasedQueue();
    queue.add(keyed('a', 'drop'));
    queue.fail(leaseOf(queue.claim()[0]!));
    expect(queue.add(keyed('b', 'drop'))).toEqual(['added']);
    queue.changes.cancel({ id: 'b', error: { name: 'E', message: '' } }, 0);
    expect(queue.add(keyed('c', 'drop'))).toEqual(['added']);
    queue.changes.remove({ ids: ['c'] }, 0);
    expect(queue.add(keyed('d', 'drop'))).toEqual(['added']);
    expect(queue.add(keyed('e', 'drop'))).toEqual(['duplicate']);
  });

  it('with a time is held for that long, however long the job lives', () => {
    const queue = new LeasedQueue();
    queue.add({ ...keyed('a', 'drop', 0, 100), keepCompleted: { ageMs: 1, count: 0 } });
    queue.run('a');
    expect(queue.ids()).toEqual({});
    expect(queue.state.intake.add([keyed('b', 'drop', 99)])).toEqual([
      { id: 'a', outcome: 'duplicate' },
    ]);
    expect(queue.add(keyed('c', 'drop', 100, 100))).toEqual(['added']);
    expect(queue.add(keyed('d', 'drop', 150))).toEqual(['duplicate']);
    expect(queue.add(keyed('e', 'drop', 200))).toEqual(['added']);
    expect(queue.ids()).toEqual({ waiting: ['c', 'e'] });
  });
});

it('is not freed by a job that held a key before another did', () => {
  const queue = new LeasedQueue();
  queue.add(keyed('a', 'drop', 0, 100));
  const [job] = queue.claim();
  queue.add(keyed('b', 'drop', 100));
  queue.complete(leaseOf(job!));
  queue.changes.remove({ ids: ['a'] }, 100);
  expect(queue.add(keyed('c', 'drop', 100))).toEqual(['duplicate']);
});

describe('a deduplication key, mode replace', () => {
  it('gives the first job the new payload and its version, and keeps its time', () => {
    const queue = new LeasedQueue();
    queue.add(keyed('a', 'replace', 0, undefined, 500));
    const second = { ...keyed('b', 'replace', 10, undefined, 900), payload: 'new', version: 2 };
    expect(queue.state.intake.add([second])).toEqual([{ id: 'a', outcome: 'replaced' }]);
    expect(copyJob(queue.state.table.get('a')!)).toMatchObject({
      payload: 'new',
      version: 2,
      runAt: 500,
    });
    expect(queue.ids()).toEqual({ delayed: ['a'] });
  });

  it('gives the first job the keys of the limits that fit the new payload', () => {
    const queue = new LeasedQueue();
    const keysOf = (): unknown[] => {
      const { concurrencyKey, rateKey } = copyJob(queue.state.table.get('a')!);
      return [concurrencyKey, rateKey];
    };
    queue.add({ ...keyed('a', 'replace'), concurrencyKey: 'c1', rateKey: 'r1' });
    expect(keysOf()).toEqual(['c1', 'r1']);
    queue.add({ ...keyed('b', 'replace'), concurrencyKey: 'c2', rateKey: 'r2' });
    expect(keysOf()).toEqual(['c2', 'r2']);
    queue.add(keyed('c', 'replace'));
    expect(keysOf()).toEqual([undefined, undefined]);
  });

  it('is free once the first job has started, or its time is over', () => {
    const queue = new LeasedQueue();
    queue.add(keyed('a', 'replace'));
    queue.claim();
    expect(queue.add(keyed('b', 'replace', 0, 100))).toEqual(['added']);
    expect(queue.add(keyed('c', 'replace', 99, 100))).toEqual(['replaced']);
    expect(queue.add(keyed('d', 'replace', 100))).toEqual(['added']);
  });

  it('changes nothing of a job that has started, or of another name', () => {
    const queue = new LeasedQueue();
    queue.add({ ...keyed('a', 'drop'), payload: 'first' });
    expect(queue.add({ ...keyed('b', 'replace'), name: 'other' })).toEqual(['duplicate']);
    const [job] = queue.claim();
    expect(queue.add(keyed('c', 'replace'))).toEqual(['duplicate']);
    queue.end(leaseOf(job!), { type: 'snooze', runAt: 50, reason: 'snoozed' });
    expect(queue.add(keyed('d', 'extend'))).toEqual(['duplicate']);
    expect(queue.state.table.get('a')).toMatchObject({ payload: 'first', runAt: 50 });
  });
});

describe('a deduplication key, mode extend', () => {
  it('gives the first job the new payload and the new time, and holds the key again', () => {
    const queue = new LeasedQueue();
    queue.add(keyed('a', 'extend', 0, 100, 100));
    const second = { ...keyed('b', 'extend', 80, 100, 180), payload: 'new', expiresAt: 999 };
    expect(queue.add(second)).toEqual(['replaced']);
    expect(queue.takeEvents()).toEqual(['delayed a', 'deduplicated a', 'delayed a']);
    expect(queue.state.table.get('a')).toMatchObject({ payload: 'new', runAt: 180 });
    expect(queue.state.table.get('a')?.rare?.expiresAt).toBe(999);
    expect(queue.add(keyed('c', 'extend', 179, 100, 279))).toEqual(['replaced']);
    queue.now = 278;
    expect(queue.claimIds()).toEqual([]);
    queue.now = 279;
    expect(queue.claimIds()).toEqual(['a']);
    expect(queue.add(keyed('d', 'extend', 279))).toEqual(['added']);
  });

  it('moves a waiting job to a later time, and a delayed one to now', () => {
    const queue = new LeasedQueue();
    queue.add(keyed('a', 'extend'));
    expect(queue.add(keyed('b', 'extend', 0, undefined, 50))).toEqual(['replaced']);
    expect(queue.ids()).toEqual({ delayed: ['a'] });
    expect(queue.add(keyed('c', 'extend', 10))).toEqual(['replaced']);
    expect(queue.ids()).toEqual({ waiting: ['a'] });
  });
});

it('forgets keys whose time is over without being asked for them', () => {
  const queue = new LeasedQueue();
  const { keys } = queue.state.table;
  for (let i = 0; i < 100; i++) keys.take(`job${i}`, { key: `k${i}`, mode: 'drop', ttlMs: 10 }, 0);
  expect(keys.holderOf('k5', 9)).toBe('job5');
  expect(keys.size).toBe(100);
  keys.holderOf('another', 10);
  expect(keys.size).toBe(0);
});
