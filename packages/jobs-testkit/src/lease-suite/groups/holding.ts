import { expect } from 'vitest';
import { STALLED } from '../../backend-suite/test-worker.ts';
import type { LeaseGroup } from '../lease-group.ts';
import { endedBy, leaseOf, TestHolder } from '../test-holder.ts';

/** A lease is a job and one of its starts; it belongs to its holder until another holder takes it back. */
export const holding: LeaseGroup = {
  title: 'holding',
  tests: (test) => {
    test('takes back what another holder lost, at the end of its lease and not before', async (trial) => {
      const { time } = trial;
      const [dead, alive] = [await trial.holder(), await trial.holder()];
      await trial.held(dead, 'a');
      const early = await alive.exchange({ limit: 1 });
      expect([early.stalled, early.jobs]).toEqual([[], []]);
      await time.pass(time.lockMs + time.precisionMs);
      const { stalled, jobs } = await alive.exchange({ limit: 1 });
      expect(stalled).toMatchObject([{ lease: dead.lease(0), name: 'job', failed: false }]);
      expect(jobs).toMatchObject([{ id: 'a', fencingToken: 2, stalledCount: 1 }]);
    });

    test('forgets why a job was put off once its holder has lost it', async (trial) => {
      const { time } = trial;
      const [dead, alive] = [await trial.holder(), await trial.holder()];
      await trial.held(dead, 'a');
      const snooze = { type: 'snooze', reason: 'snoozed', runAt: time.now() } as const;
      await dead.exchange({ ended: endedBy([dead.lease(0)], snooze) });
      await dead.takeAll();
      await time.pass(time.lockMs + time.precisionMs);
      const { jobs } = await alive.exchange({ limit: 1 });
      expect(jobs).toMatchObject([{ id: 'a', fencingToken: 3, stalledCount: 1 }]);
      expect(jobs[0]).not.toHaveProperty('snoozeReason');
    });

    test('fails what others lost too often, with no free slot as well', async (trial) => {
      const { time } = trial;
      const [dead, alive] = [await trial.holder(), await trial.holder()];
      await trial.held(dead, 'a');
      await time.pass(time.lockMs + time.precisionMs);
      const { stalled } = await alive.exchange({
        stalls: { max: 0, maxOf: new Map(), error: STALLED },
      });
      expect(stalled).toMatchObject([{ lease: { id: 'a' }, failed: true }]);
      expect(await trial.get(alive.backend, 'a')).toMatchObject({
        status: 'failed',
        error: STALLED,
      });
    });

    test('never takes a holder’s own leases for stalled, however late it is', async (trial) => {
      const { time } = trial;
      const holder = await trial.holder();
      await trial.held(holder, 'a', 'b');
      await trial.add(holder.backend, trial.job({ id: 'c', delay: time.lockMs }));
      await time.jump(3 * time.lockMs);
      const answer = await holder.exchange({ ended: endedBy([holder.lease(0)]), limit: 5 });
      expect([answer.refused, answer.stalled]).toEqual([[], []]);
      expect(answer.jobs.map(({ id }) => id)).toEqual(['c']);
      expect((await holder.extend([holder.lease(1)])).lost).toEqual([]);
      expect(await trial.get(holder.backend, 'b')).toMatchObject({
        status: 'active',
        fencingToken: 1,
        stalledCount: 0,
      });
    });

    test('renews leases, and says which are lost', async (trial) => {
      const { time } = trial;
      const [holder, other] = [await trial.holder(), await trial.holder()];
      await trial.held(holder, 'a', 'b');
      const wrong = { id: 'b', fencingToken: 2 };
      const leases = [holder.lease(0), wrong, { id: 'no', fencingToken: 1 }];
      // So long that it outlasts the others by far, however late a busy machine is.
      const { lost } = await holder.extend(leases, 100 * time.lockMs);
      expect(lost.map(leaseOf)).toEqual([wrong, { id: 'no', fencingToken: 1 }]);
      await time.pass(time.lockMs + time.precisionMs);
      const { stalled } = await other.exchange({ limit: 5 });
      expect(stalled.map(({ lease }) => lease.id)).toEqual(['b']);
    });

    test('renews a lease in the name that asks for it, and that holds it from then on', async (trial) => {
      const { time } = trial;
      const holder = await trial.holder();
      const renamed = new TestHolder(time, holder.backend, holder.store);
      await trial.held(holder, 'a');
      expect((await renamed.extend([holder.lease(0)])).lost).toEqual([]);
      await time.jump(time.lockMs + time.precisionMs);
      expect((await renamed.exchange()).stalled).toEqual([]);
      // It may have renewed the lease that had ended.
      await time.jump(time.lockMs + time.precisionMs);
      const { stalled } = await holder.exchange();
      expect(stalled).toMatchObject([{ lease: holder.lease(0), failed: false }]);
    });

    test('tells two leases of one job apart, though one holder had both', async (trial) => {
      const { time } = trial;
      const [holder, other] = [await trial.holder(), await trial.holder()];
      await trial.held(holder, 'a');
      await time.pass(time.lockMs + time.precisionMs);
      await other.exchange({ limit: 1 });
      await other.exchange({ ended: endedBy([other.lease(0)], { type: 'unstarted' }) });
      await holder.exchange({ limit: 1 });
      const [old, current] = [holder.lease(0), holder.lease(1)];
      expect([old.fencingToken, current.fencingToken]).toEqual([1, 3]);
      expect((await holder.extend([old, current])).lost.map(leaseOf)).toEqual([old]);
      const stale = await holder.exchange({ ended: endedBy([old]) });
      expect(stale.refused.map(leaseOf)).toEqual([old]);
      expect((await trial.get(holder.backend, 'a')).status).toBe('active');
      const both = await holder.exchange({ ended: endedBy([old, current]) });
      expect(both.refused.map(leaseOf)).toEqual([old]);
      expect((await trial.get(holder.backend, 'a')).status).toBe('completed');
    });

    test('refuses what ends after its job was ended by force, and renews it no more', async (trial) => {
      const { time } = trial;
      const holder = await trial.holder();
      await trial.held(holder, 'a');
      await time.pass(time.lockMs + time.precisionMs);
      const error = { name: 'JobsError', message: 'cancelled', code: 'JOBS_CANCELLED' as const };
      const lease = holder.lease(0);
      expect(await holder.backend.cancel({ id: 'a', force: true, error })).toBe('cancelled');
      expect((await holder.extend([lease])).lost.map(leaseOf)).toEqual([lease]);
      const { refused } = await holder.exchange({ ended: endedBy([lease]) });
      expect(refused.map(leaseOf)).toEqual([lease]);
      expect(await trial.get(holder.backend, 'a')).toMatchObject({ status: 'cancelled', error });
    });

    test('tells with a renewal which jobs are to be cancelled', async (trial) => {
      const holder = await trial.holder();
      await trial.held(holder, 'a', 'b');
      const error = { name: 'JobsError', message: 'cancelled', code: 'JOBS_CANCELLED' as const };
      await holder.backend.cancel({ id: 'b', reason: 'enough', force: true, error });
      const { lost, cancelled } = await holder.extend([holder.lease(0), holder.lease(1)]);
      expect(lost).toEqual([]);
      expect(cancelled).toMatchObject([{ lease: { id: 'b' }, reason: 'enough', force: true }]);
    });
  },
};
