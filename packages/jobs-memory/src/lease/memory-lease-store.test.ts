import { describe, expect, it } from 'vitest';
import {
  failure,
  failuresAt,
  LEASE_MS,
  LeasedQueue,
  leaseOf,
} from '../../test/support/leased-queue.ts';
import { newJob } from '../../test/support/new-job.ts';
import { copyJob } from '../state/job-copy.ts';

const stored = (queue: LeasedQueue, id: string) => {
  const job = queue.state.table.get(id);
  return job === undefined ? undefined : copyJob(job);
};

describe('claim', () => {
  it('hands out by priority, then by turn, and no job twice', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'), newJob('b', { priority: 5 }), newJob('c'), newJob('d', { priority: 5 }));
    queue.add(newJob('e', { priority: -1 }));
    expect(queue.claimIds(3)).toEqual(['b', 'd', 'a']);
    expect(queue.claimIds()).toEqual(['c', 'e']);
    expect(queue.claimIds()).toEqual([]);
  });

  it('makes a job active under a new fencing token', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'));
    queue.now = 70;
    const [job] = queue.claim();
    expect(job).toMatchObject({ id: 'a', status: 'active', fencingToken: 1, processedAt: 70 });
    expect(queue.ids()).toEqual({ active: ['a'] });
    queue.end(leaseOf(job!), { type: 'snooze', runAt: 70, reason: 'released' });
    expect(queue.claim()[0]).toMatchObject({ id: 'a', fencingToken: 2 });
  });

  it('gives payload and metadata that are the claimer’s own', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a', { payload: { list: [1, { deep: true }] }, metadata: { tenant: 't' } }));
    const [job] = queue.claim();
    (job!.payload as { list: unknown[] }).list.push('mine');
    (job!.metadata as Record<string, unknown>)['tenant'] = 'mine';
    expect(stored(queue, 'a')).toMatchObject({
      payload: { list: [1, { deep: true }] },
      metadata: { tenant: 't' },
    });
  });

  it('starts a delayed job at its time and not before, in the order of the times', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('late', { runAt: 200 }), newJob('early', { runAt: 100 }), newJob('now'));
    expect(queue.ids()).toEqual({ waiting: ['now'], delayed: ['early', 'late'] });
    queue.now = 99;
    expect(queue.claimIds()).toEqual(['now']);
    queue.now = 100;
    expect(queue.claimIds()).toEqual(['early']);
    queue.now = 5_000;
    expect(queue.claimIds()).toEqual(['late']);
  });

  it('lets a job whose time came earlier go before one enqueued later', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('delayed', { runAt: 100 }));
    queue.now = 101;
    queue.add(newJob('later', { createdAt: 101, runAt: 101 }));
    queue.now = 200;
    expect(queue.claimIds()).toEqual(['delayed', 'later']);
  });

  it('says when to look again: at the next delayed job or the next end of a lease', () => {
    const queue = new LeasedQueue();
    expect(queue.claimAll(1)).toMatchObject({ jobs: [] });
    queue.add(newJob('delayed', { runAt: 90_000 }));
    expect(queue.claimAll(1).nextAt).toBe(90_000);
    queue.add(newJob('a'));
    queue.now = 10;
    expect(queue.claimAll(2).nextAt).toBe(10 + LEASE_MS);
    queue.add(newJob('b'));
    expect(queue.claimAll(1).nextAt).toBeUndefined();
  });

  it('hands out nothing while the queue is paused', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'));
    queue.changes.setPaused(true, 0);
    expect(queue.claimIds()).toEqual([]);
    queue.changes.setPaused(false, 0);
    expect(queue.claimIds()).toEqual(['a']);
  });

  it('tells when the last job that waited has ended', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'), newJob('b'), newJob('c', { runAt: 60_000 }));
    const [a, b] = queue.claim(2);
    queue.takeEvents();
    queue.complete(leaseOf(a!));
    expect(queue.takeEvents()).toEqual(['completed a']);
    queue.complete(leaseOf(b!));
    expect(queue.takeEvents()).toEqual(['completed b', 'drained']);
    queue.changes.cancel({ id: 'c', error: failure }, 0);
    expect(queue.takeEvents()).toEqual(['cancelled c', 'drained']);
  });
});

describe('concurrency limits', () => {
  const limited = (id: string) => newJob(id, { name: 'limited' });

  it('pass over a name that has as many active jobs as it may', () => {
    const queue = new LeasedQueue();
    queue.add(limited('l1'), limited('l2'), limited('l3'), newJob('a'), newJob('b'));
    const claimed = queue.claim(10, { limited: 2 });
    expect(claimed.map((job) => job.id)).toEqual(['l1', 'l2', 'a', 'b']);
    expect(queue.claimIds(10, { limited: 2 })).toEqual([]);
    queue.complete(leaseOf(claimed[1]!));
    expect(queue.claimIds(10, { limited: 2 })).toEqual(['l3']);
  });

  it('count jobs that were active or waiting before the limit was known', () => {
    const queue = new LeasedQueue();
    queue.add(limited('l1'), newJob('a'), limited('l2'), newJob('b', { priority: -1 }));
    const [first] = queue.claim();
    expect(queue.claimIds(10, { limited: 1 })).toEqual(['a', 'b']);
    expect(queue.ids()).toEqual({ active: ['l1', 'a', 'b'], waiting: ['l2'] });
    queue.fail(leaseOf(first!));
    expect(queue.claimIds(10, { limited: 1 })).toEqual(['l2']);
  });

  it('hold for names that become known while the consumer runs', () => {
    const queue = new LeasedQueue();
    const limits = new Map([['other', { concurrency: 1 }]]);
    queue.add(limited('l1'), limited('l2'));
    expect(queue.claimAll(1, limits).jobs).toHaveLength(1);
    limits.set('limited', { concurrency: 1 });
    expect(queue.claimAll(1, limits).jobs).toEqual([]);
  });

  it('keep the order of priority and turn over all names', () => {
    const queue = new LeasedQueue();
    const limits = { limited: 9, other: 9 };
    queue.claim(1, limits);
    queue.add(newJob('a'), limited('l1'), newJob('o1', { name: 'other' }), limited('l2'));
    queue.add(newJob('top', { name: 'other', priority: 1 }), newJob('b'));
    expect(queue.ids()['waiting']).toEqual(['top', 'a', 'l1', 'o1', 'l2', 'b']);
    const backwards = [...queue.state.table.iterate('waiting', 'newest')].map((job) => job.id);
    expect(backwards).toEqual(['b', 'l2', 'o1', 'l1', 'a', 'top']);
    expect(queue.claimIds(10, limits)).toEqual(['top', 'a', 'l1', 'o1', 'l2', 'b']);
  });

  it('hold every claimer to those that became known first', () => {
    const queue = new LeasedQueue();
    queue.add(limited('l1'), limited('l2'), limited('l3'), limited('l4'));
    expect(queue.claimIds(10, { limited: 1 })).toEqual(['l1']);
    expect(queue.claimIds(10, { limited: 3 })).toEqual([]);
    expect(queue.claimIds(10)).toEqual([]);
  });

  it('tell other consumers when a job makes room for one that waits', () => {
    const queue = new LeasedQueue();
    let heard = 0;
    queue.leases.watch({ onReady: () => heard++, onCancel: () => undefined });
    queue.add(limited('l1'), limited('l2'));
    const [job] = queue.claim(10, { limited: 1 });
    const before = heard;
    queue.complete(leaseOf(job!));
    expect(heard).toBe(before + 1);
  });

  it('let a limited job be removed, delayed and retried like any other', () => {
    const queue = new LeasedQueue();
    const limits = { limited: 1 };
    queue.claim(1, limits);
    queue.add(limited('l1'), limited('l2'), limited('l3'));
    expect(queue.changes.remove({ ids: ['l2'] }, 0)).toBe(1);
    const [job] = queue.claim(1, limits);
    queue.end(leaseOf(job!), { type: 'retry', runAt: 50, error: failure, failures: [] });
    expect(queue.ids()).toEqual({ waiting: ['l3'], delayed: ['l1'] });
    expect(queue.claimIds(9, limits)).toEqual(['l3']);
    queue.now = 50;
    expect(queue.claimIds(9, limits)).toEqual([]);
    expect(queue.ids()).toEqual({ waiting: ['l1'], active: ['l3'] });
  });
});

describe('outcomes', () => {
  const claimed = () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'));
    queue.now = 10;
    const lease = leaseOf(queue.claim()[0]!);
    queue.takeEvents();
    queue.now = 20;
    return { queue, lease };
  };

  it('complete a job with its result and one attempt', () => {
    const { queue, lease } = claimed();
    expect(queue.complete(lease, { sent: true })).toBe(true);
    expect(stored(queue, 'a')).toMatchObject({
      status: 'completed',
      result: { sent: true },
      attemptsMade: 1,
      finishedAt: 20,
    });
    expect(queue.events).toEqual([
      { type: 'completed', jobId: 'a', name: 'work', at: 20, result: { sent: true } },
      { type: 'drained', at: 20 },
    ]);
  });

  it('give results and errors that are the reader’s own', () => {
    const done = claimed();
    done.queue.complete(done.lease, { list: [1] });
    (stored(done.queue, 'a')!.result as { list: number[] }).list.push(2);
    expect(stored(done.queue, 'a')).toHaveProperty('result', { list: [1] });
    const failed = claimed();
    failed.queue.fail(failed.lease);
    const read = stored(failed.queue, 'a')!;
    (read.error as { message: string }).message = 'mine';
    (read.failures as unknown[]).pop();
    expect(stored(failed.queue, 'a')).toMatchObject({
      error: { message: 'no luck' },
      failures: failuresAt(20),
    });
  });

  it.each([0, false, '', null])('keep the result %j', (result) => {
    const { queue, lease } = claimed();
    queue.complete(lease, result as never);
    expect(stored(queue, 'a')).toHaveProperty('result', result);
  });

  it('retry: delay the job, count the attempt, keep the error until it completes, the failures beyond', () => {
    const { queue, lease } = claimed();
    const failures = failuresAt(20);
    expect(queue.end(lease, { type: 'retry', runAt: 500, error: failure, failures })).toBe(true);
    expect(stored(queue, 'a')).toMatchObject({
      status: 'delayed',
      runAt: 500,
      attemptsMade: 1,
      error: failure,
      failures,
    });
    expect(queue.events).toEqual([
      { type: 'retrying', jobId: 'a', name: 'work', at: 20, runAt: 500, error: failure },
      { type: 'delayed', jobId: 'a', name: 'work', at: 20, runAt: 500 },
    ]);
    queue.now = 500;
    queue.run('a');
    expect(stored(queue, 'a')).toMatchObject({
      status: 'completed',
      attemptsMade: 2,
      failures,
    });
    expect(stored(queue, 'a')).not.toHaveProperty('error');
  });

  it('snooze: put the job back without using an attempt, saying why', () => {
    const { queue, lease } = claimed();
    queue.end(lease, { type: 'snooze', runAt: 20, reason: 'released' });
    expect(stored(queue, 'a')).toMatchObject({
      status: 'waiting',
      attemptsMade: 0,
      snoozeReason: 'released',
    });
    expect(queue.takeEvents()).toEqual(['waiting a']);
    queue.run('a');
    expect(stored(queue, 'a')).not.toHaveProperty('snoozeReason');
  });

  it('fail a job, counting an attempt if one was used', () => {
    const used = claimed();
    used.queue.fail(used.lease);
    expect(stored(used.queue, 'a')).toMatchObject({
      status: 'failed',
      error: failure,
      attemptsMade: 1,
      finishedAt: 20,
    });
    expect(used.queue.takeEvents()).toEqual(['failed a', 'drained']);
    const unused = claimed();
    unused.queue.fail(unused.lease, false);
    expect(stored(unused.queue, 'a')).toMatchObject({ status: 'failed', attemptsMade: 0 });
  });

  it('change nothing when the lease is not held', () => {
    const { queue, lease } = claimed();
    const foreign = [
      { id: 'a', fencingToken: 2 },
      { id: 'b', fencingToken: 1 },
    ];
    for (const other of foreign) {
      expect(queue.complete(other)).toBe(false);
      expect(queue.fail(other)).toBe(false);
      expect(queue.end(other, { type: 'snooze', runAt: 0, reason: 'snoozed' })).toBe(false);
    }
    expect(queue.extend(99, ...foreign, lease).lost).toEqual(foreign);
    queue.complete(lease, 'first');
    expect(queue.complete(lease, 'second')).toBe(false);
    expect(stored(queue, 'a')).toMatchObject({ result: 'first', attemptsMade: 1 });
  });
});

describe('abandon', () => {
  it('cuts its consumers off while the leases run on', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'), newJob('b'));
    const lease = leaseOf(queue.claim()[0]!);
    queue.leases.abandon();
    expect(queue.complete(lease)).toBe(false);
    expect(queue.extend(99_999, lease).lost).toEqual([lease]);
    expect(queue.claimAll(1)).toMatchObject({ jobs: [] });
    queue.now = LEASE_MS;
    expect(queue.recover()).toEqual([]);
    expect(queue.ids()).toEqual({ active: ['a'], waiting: ['b'] });
  });

  it('tells the other consumers, so that they learn when the leases end', () => {
    const queue = new LeasedQueue();
    let heard = 0;
    const stop = queue.leases.watch({ onReady: () => heard++, onCancel: () => undefined });
    queue.state.table.watchers.add({ onReady: () => (heard += 10), onCancel: () => undefined });
    stop();
    queue.leases.abandon();
    expect(heard).toBe(10);
  });
});

describe('a handle', () => {
  const release = { type: 'snooze', runAt: 0, reason: 'released' } as const;

  it('stands for its job, which is then not looked up', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'), newJob('b'));
    const { jobs, handles } = queue.claimAll(2);
    expect(queue.end(leaseOf(jobs[1]!), { type: 'complete', result: 1 }, handles?.[1])).toBe(true);
    expect(queue.ids()).toEqual({ active: ['a'], completed: ['b'] });
  });

  it('records nothing once the lease is over: of a job that started again, ended or is gone', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'));
    const { jobs, handles } = queue.claimAll(1);
    const [job, handle] = [jobs[0]!, handles?.[0]];
    expect(queue.end(leaseOf(job), release, handle)).toBe(true);
    expect(queue.end(leaseOf(job), release, handle)).toBe(false);
    const [again] = queue.claim();
    expect(queue.end(leaseOf(job), release, handle)).toBe(false);
    expect(queue.complete(leaseOf(again!))).toBe(true);
    expect(queue.end(leaseOf(again!), release, handle)).toBe(false);
    queue.changes.remove({ ids: ['a'] }, 0);
    expect(queue.end(leaseOf(again!), release, handle)).toBe(false);
  });

  it('of a backend that was abandoned records nothing', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'));
    const { jobs, handles } = queue.claimAll(1);
    queue.leases.abandon();
    expect(queue.end(leaseOf(jobs[0]!), release, handles?.[0])).toBe(false);
  });

  it('that this store did not make is ignored', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'));
    const [job] = queue.claim();
    expect(queue.end(leaseOf(job!), release, { id: 'a' })).toBe(true);
  });
});
