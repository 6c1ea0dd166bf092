import type { LeaseCancellation, Retention } from '@philjs/jobs-core/backend';
import { describe, expect, it } from 'vitest';
import { failure, failuresAt, LeasedQueue, leaseOf } from '../../test/support/leased-queue.ts';
import { newJob } from '../../test/support/new-job.ts';
import { copyJob } from '../state/job-copy.ts';

const cancelled = { name: 'JobsError', message: 'cancelled', code: 'JOBS_CANCELLED' };

/** Makes one job in each state: w, d, a, c, f. */
function oneOfEach(): LeasedQueue {
  const queue = new LeasedQueue();
  queue.add(newJob('c'));
  queue.run('c');
  queue.add(newJob('f'));
  queue.fail(leaseOf(queue.claim()[0]!));
  queue.add(newJob('a'));
  queue.claim();
  queue.add(newJob('w'), newJob('d', { runAt: 500 }));
  queue.takeEvents();
  return queue;
}

describe('remove', () => {
  it('removes what is not active and counts it', () => {
    const queue = oneOfEach();
    expect(queue.changes.remove({ ids: ['w', 'd', 'a', 'c', 'f', 'nobody', 'w'] }, 0)).toBe(4);
    expect(queue.ids()).toEqual({ active: ['a'] });
    expect(queue.takeEvents()).toEqual(['removed w', 'removed d', 'removed c', 'removed f']);
  });

  it('frees the id', () => {
    const queue = oneOfEach();
    queue.changes.remove({ ids: ['c'] }, 0);
    expect(queue.add(newJob('c'))).toEqual(['added']);
  });
});

describe('retry', () => {
  it('makes a failed job wait as if it were new, but for its token', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a', { expiresAt: 5, metadata: { tenant: 't' }, parentId: 'p' }));
    const lease = leaseOf(queue.claim()[0]!);
    const failures = failuresAt(0);
    queue.end(lease, { type: 'retry', runAt: 0, error: failure, failures });
    queue.claim();
    queue.changes.cancel({ id: 'a', error: cancelled }, 0);
    queue.now = 30_000;
    queue.recover(0);
    expect(copyJob(queue.state.table.get('a')!)).toMatchObject({
      status: 'failed',
      stalledCount: 1,
      failures,
      expiresAt: 5,
      cancelRequested: { force: false },
    });
    expect(queue.changes.retry({ ids: ['a'] }, 70)).toBe(1);
    expect(copyJob(queue.state.table.get('a')!)).toEqual({
      id: 'a',
      name: 'work',
      status: 'waiting',
      payload: { of: 'a' },
      version: 1,
      priority: 0,
      createdAt: 0,
      runAt: 70,
      maxAttempts: 3,
      attemptsMade: 0,
      fencingToken: 2,
      stalledCount: 0,
      processedAt: 0,
      metadata: { tenant: 't' },
      parentId: 'p',
      worker: 'worker',
    });
  });

  it('takes failed jobs only', () => {
    const queue = oneOfEach();
    expect(queue.changes.retry({ ids: ['w', 'd', 'a', 'c', 'f', 'nobody'] }, 70)).toBe(1);
    expect(queue.takeEvents()).toEqual(['waiting f']);
    expect(queue.claimIds()).toEqual(['w', 'f']);
    expect(queue.state.table.get('f')?.fencingToken).toBe(2);
  });
});

describe('promote', () => {
  it('makes a delayed job wait', () => {
    const queue = oneOfEach();
    expect(queue.changes.promote(['w', 'd', 'a', 'c', 'f', 'nobody'], 70)).toBe(1);
    expect(queue.takeEvents()).toEqual(['waiting d']);
    expect(queue.state.table.get('d')).toMatchObject({ status: 'waiting', runAt: 70 });
    expect(queue.claimIds()).toEqual(['w', 'd']);
  });
});

describe('cancel', () => {
  it('cancels a job that has not started', () => {
    const queue = oneOfEach();
    for (const id of ['w', 'd']) {
      expect(queue.changes.cancel({ id, reason: 'no', error: cancelled }, 9)).toBe('cancelled');
      expect(copyJob(queue.state.table.get(id)!)).toMatchObject({
        status: 'cancelled',
        error: cancelled,
        attemptsMade: 0,
        finishedAt: 9,
      });
    }
    expect(queue.takeEvents()).toEqual(['cancelled w', 'cancelled d']);
    queue.now = 10_000;
    expect(queue.claimIds()).toEqual([]);
  });

  it('stores the request on an active job, tells its worker, and repeats it at each renewal', () => {
    const queue = oneOfEach();
    const heard: LeaseCancellation[] = [];
    queue.leases.watch({ onReady: () => undefined, onCancel: (request) => heard.push(request) });
    const lease = { id: 'a', fencingToken: 1 };
    expect(queue.changes.cancel({ id: 'a', reason: 'no', error: cancelled }, 0)).toBe('requested');
    expect(heard).toEqual([{ lease, reason: 'no', force: false }]);
    queue.changes.cancel({ id: 'a', force: true, error: cancelled }, 0);
    expect(heard[1]).toEqual({ lease, reason: 'no', force: true });
    queue.changes.cancel({ id: 'a', error: cancelled }, 0);
    const extended = queue.extend(60_000, lease);
    expect(extended.cancelled).toEqual([{ lease, reason: 'no', force: true }]);
    const request = { reason: 'no', force: true };
    expect(copyJob(queue.state.table.get('a')!).cancelRequested).toEqual(request);
  });

  it('keeps the request when the worker is lost, so that the next one learns of it', () => {
    const queue = oneOfEach();
    queue.changes.cancel({ id: 'a', error: cancelled }, 0);
    queue.now = 30_000;
    queue.recover();
    expect(queue.claim()[0]).toMatchObject({ id: 'a', cancelRequested: { force: false } });
  });

  it('answers for a job that has finished or never was', () => {
    const queue = oneOfEach();
    const cancel = (id: string) => queue.changes.cancel({ id, error: cancelled }, 0);
    expect(['c', 'f', 'nobody'].map(cancel)).toEqual(['finished', 'finished', 'not-found']);
  });
});

describe('clear', () => {
  it('removes all that is not active, or the given states', () => {
    expect(oneOfEach().changes.clear(0)).toBe(4);
    const queue = oneOfEach();
    expect(queue.changes.clear(0, ['failed', 'delayed', 'failed'])).toBe(2);
    expect(queue.ids()).toEqual({ waiting: ['w'], active: ['a'], completed: ['c'] });
  });

  it('takes an active job from its worker on request', () => {
    const queue = oneOfEach();
    expect(queue.changes.clear(0, ['active', 'blocked'])).toBe(1);
    expect(queue.complete({ id: 'a', fencingToken: 1 })).toBe(false);
  });

  it('spares what a listener changed meanwhile', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'), newJob('b'));
    const stop = queue.state.table.events.add({
      onEvent: (event) => {
        if (event.type === 'removed') queue.claim();
      },
    });
    expect(queue.changes.clear(0)).toBe(1);
    stop();
    expect(queue.ids()).toEqual({ active: ['b'] });
  });
});

describe('pause and resume', () => {
  it('are announced once each', () => {
    const queue = new LeasedQueue();
    for (const paused of [true, true, false, false]) queue.changes.setPaused(paused, 7);
    expect(queue.events).toEqual([
      { type: 'paused', at: 7 },
      { type: 'resumed', at: 7 },
    ]);
  });
});

it('a resume tells the consumers', () => {
  const queue = new LeasedQueue();
  queue.add(newJob('a'));
  queue.changes.setPaused(true, 0);
  let heard = 0;
  queue.leases.watch({ onReady: () => heard++, onCancel: () => undefined });
  queue.changes.setPaused(false, 0);
  expect(heard).toBe(1);
});

describe('retention', () => {
  const finish = (queue: LeasedQueue, id: string, keep: Retention) => {
    queue.add(newJob(id, { keepCompleted: keep, keepFailed: keep, createdAt: queue.now }));
    queue.run(id);
  };

  it('keeps as many as the job that just finished asks for, the newest', () => {
    const queue = new LeasedQueue();
    for (const id of ['a', 'b', 'c', 'd']) finish(queue, id, { ageMs: 1_000, count: 3 });
    expect(queue.ids()).toEqual({ completed: ['b', 'c', 'd'] });
    finish(queue, 'e', { ageMs: 1_000, count: 1 });
    expect(queue.ids()).toEqual({ completed: ['e'] });
    expect(queue.state.table.get('d')).toBeUndefined();
  });

  it('of none removes the job itself and no other', () => {
    const queue = new LeasedQueue();
    finish(queue, 'a', { ageMs: 1_000, count: 3 });
    finish(queue, 'b', { ageMs: 1_000, count: 0 });
    expect(queue.ids()).toEqual({ completed: ['a'] });
    expect(queue.state.table.get('b')).toBeUndefined();
    expect(queue.takeEvents().slice(-2)).toEqual(['completed b', 'drained']);
  });

  it('by age drops what finished longer ago than the job that just finished asks for', () => {
    const queue = new LeasedQueue();
    finish(queue, 'a', { ageMs: 9_000, count: 9 });
    queue.now = 100;
    finish(queue, 'b', { ageMs: 9_000, count: 9 });
    queue.now = 200;
    finish(queue, 'c', { ageMs: 100, count: 9 });
    expect(queue.ids()).toEqual({ completed: ['b', 'c'] });
  });

  it('by age drops, at the next look, what has been kept for as long as it asked', () => {
    const queue = new LeasedQueue();
    finish(queue, 'a', { ageMs: 100, count: 9 });
    finish(queue, 'b', { ageMs: 500, count: 9 });
    queue.state.table.dropExpired(100);
    expect(queue.ids()).toEqual({ completed: ['a', 'b'] });
    queue.state.table.dropExpired(101);
    expect(queue.ids()).toEqual({ completed: ['b'] });
  });

  it('leaves jobs of other names alone, but for the total over all of them', () => {
    const queue = new LeasedQueue();
    const end = (id: string, name: string, keepCompleted: Retention) => {
      queue.add(newJob(id, { name, keepCompleted }));
      queue.run(id);
    };
    for (const id of ['p1', 'p2', 'p3']) end(id, 'payment', { ageMs: 9_000, count: 9 });
    end('i1', 'ping', { ageMs: 0, count: 1 });
    queue.now = 100;
    end('i2', 'ping', { ageMs: 0, count: 1 });
    expect(queue.ids()).toEqual({ completed: ['p1', 'p2', 'p3', 'i2'] });
    end('i3', 'ping', { ageMs: 9_000, count: 2, total: 3 });
    expect(queue.ids()).toEqual({ completed: ['p3', 'i2', 'i3'] });
    queue.changes.remove({ ids: ['p3'] }, 0);
    end('p4', 'payment', { ageMs: 9_000, count: 1 });
    expect(queue.ids()).toEqual({ completed: ['i2', 'i3', 'p4'] });
  });

  it('removes no more than some hundred jobs a finish, the oldest first', () => {
    const queue = new LeasedQueue();
    for (let index = 0; index < 1_200; index += 1) {
      finish(queue, `${index}`, { ageMs: 9_000, count: 2_000 });
    }
    const left: number[] = [];
    for (const id of ['a', 'b', 'c']) {
      finish(queue, id, { ageMs: 9_000, count: 3 });
      left.push(queue.state.table.counts().completed);
    }
    expect(left).toEqual([701, 202, 3]);
    expect(queue.ids()).toEqual({ completed: ['a', 'b', 'c'] });
  });

  it('by age drops, at the next look, jobs of each name behind older ones of another', () => {
    const queue = new LeasedQueue();
    finish(queue, 'a', { ageMs: 9_000, count: 9 });
    queue.add(newJob('b', { name: 'other', keepCompleted: { ageMs: 100, count: 9 } }));
    queue.run('b');
    queue.state.table.dropExpired(101);
    expect(queue.ids()).toEqual({ completed: ['a'] });
  });

  it('counts completed and failed jobs apart', () => {
    const queue = new LeasedQueue();
    const keep = { ageMs: 1_000, count: 1 };
    finish(queue, 'a', keep);
    queue.add(newJob('f', { keepFailed: keep }), newJob('g', { keepFailed: keep }));
    for (const job of queue.claim(2)) queue.fail(leaseOf(job));
    expect(queue.ids()).toEqual({ completed: ['a'], failed: ['g'] });
  });
});
