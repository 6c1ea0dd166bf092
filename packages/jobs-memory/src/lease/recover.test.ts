import { describe, expect, it } from 'vitest';
import { LEASE_MS, LeasedQueue, leaseOf } from '../../test/support/leased-queue.ts';
import { newJob } from '../../test/support/new-job.ts';
import { copyJob } from '../state/job-copy.ts';

const stored = (queue: LeasedQueue, id: string) => {
  const job = queue.state.table.get(id);
  return job === undefined ? undefined : copyJob(job);
};

describe('recover', () => {
  it('takes a job back when its lease has run out, not before, and counts the stall', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'));
    const lease = leaseOf(queue.claim()[0]!);
    queue.takeEvents();
    queue.now = LEASE_MS - 1;
    expect(queue.recover()).toEqual([]);
    queue.now = LEASE_MS;
    expect(queue.recover()).toEqual([{ id: 'a', failed: false }]);
    expect(queue.takeEvents()).toEqual(['stalled a', 'waiting a']);
    expect(stored(queue, 'a')).toMatchObject({
      status: 'waiting',
      stalledCount: 1,
      attemptsMade: 0,
    });
    expect(queue.complete(lease)).toBe(false);
    expect(queue.claim()[0]).toMatchObject({ id: 'a', fencingToken: 2 });
    expect(queue.complete(lease)).toBe(false);
  });

  it('forgets why the job had been put back before', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'));
    const lease = leaseOf(queue.claim()[0]!);
    queue.end(lease, { type: 'snooze', runAt: 0, reason: 'snoozed' });
    queue.claim();
    queue.now = LEASE_MS;
    queue.recover();
    expect(stored(queue, 'a')).not.toHaveProperty('snoozeReason');
  });

  it('leaves a renewed lease alone', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'), newJob('b'));
    const [a] = queue.claim(2);
    queue.extend(LEASE_MS + 500, leaseOf(a!));
    queue.now = LEASE_MS;
    expect(queue.recover()).toEqual([{ id: 'b', failed: false }]);
    expect(queue.claimAll(0 + 5).nextAt).toBe(LEASE_MS + 500);
    expect(queue.ids()).toEqual({ active: ['a', 'b'] });
  });

  it('puts jobs ahead of their priority’s others, in the order in which they had started', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'), newJob('b'), newJob('c'), newJob('top', { priority: 1 }));
    queue.claim(3);
    queue.add(newJob('d'));
    queue.now = LEASE_MS;
    queue.recover();
    expect(queue.claimIds()).toEqual(['top', 'a', 'b', 'c', 'd']);
  });

  it('fails a job that stalls once more than it may', () => {
    const queue = new LeasedQueue();
    queue.add(newJob('a'));
    for (const failed of [false, false, true]) {
      queue.claim();
      queue.takeEvents();
      queue.now += LEASE_MS;
      expect(queue.recover(2)).toEqual([{ id: 'a', failed }]);
    }
    expect(queue.takeEvents()).toEqual(['stalled a', 'failed a', 'drained']);
    expect(stored(queue, 'a')).toMatchObject({
      status: 'failed',
      stalledCount: 3,
      attemptsMade: 0,
      error: { code: 'JOBS_STALLED' },
    });
  });
});
