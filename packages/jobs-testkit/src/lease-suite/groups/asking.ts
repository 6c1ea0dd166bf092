import { type ExchangeAnswer, KEPT_ANSWERS, type Lease } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { LeaseGroup } from '../lease-group.ts';
import { endedBy, leaseOf } from '../test-holder.ts';

/** A call whose answer was lost may be repeated, whatever has happened since. */
export const asking: LeaseGroup = {
  title: 'asking again after a lost answer',
  tests: (test) => {
    test('answers a known number as before, and changes nothing', async (trial) => {
      const holder = await trial.holder();
      await trial.held(holder, 'a', 'b');
      await trial.add(holder.backend, ...trial.jobs('c', 'd', 'e'));
      const gone = { id: 'b', fencingToken: 7 };
      const call = holder.call({ ended: endedBy([holder.lease(0), gone]), limit: 2 });
      const first = await holder.make(call);
      const before = await holder.backend.counts();
      const again = await holder.make(call);
      expect(again.refused.map(leaseOf)).toEqual([gone]);
      expect(again.jobs.map(leaseOf)).toEqual(first.jobs.map(leaseOf));
      expect(again.jobs.map(({ id }) => id)).toEqual(['c', 'd']);
      expect(await holder.backend.counts()).toEqual(before);
    });

    test('refuses nothing that was recorded, though the record was removed since', async (trial) => {
      const holder = await trial.holder();
      await trial.held(holder, 'a', 'b');
      const call = holder.call({ ended: endedBy([holder.lease(0), holder.lease(1)]) });
      await holder.make(call);
      await holder.backend.remove({ ids: ['a'] });
      expect((await holder.make(call)).refused).toEqual([]);
      expect(await holder.backend.counts()).toMatchObject({ completed: 1, active: 0 });
    });

    test('does not run again what was recorded and put back by hand since', async (trial) => {
      const holder = await trial.holder();
      await trial.held(holder, 'a');
      const error = { name: 'Error', message: 'no' };
      const outcome = { type: 'fail', error, failures: [], attemptUsed: true } as const;
      const call = holder.call({ ended: endedBy([holder.lease(0)], outcome) });
      await holder.make(call);
      await holder.backend.retry({ ids: ['a'] });
      expect((await holder.make(call)).refused).toEqual([]);
      expect(await trial.get(holder.backend, 'a')).toMatchObject({ status: 'waiting' });
    });

    test('leaves out the jobs that were taken back since', async (trial) => {
      const { time } = trial;
      const [holder, other] = [await trial.holder(), await trial.holder()];
      await trial.add(holder.backend, ...trial.jobs('a', 'b'));
      const call = holder.call({ limit: 2, leaseMs: 4 * time.lockMs });
      await holder.make(call);
      const ended = endedBy([holder.lease(0)], { type: 'unstarted' });
      await holder.exchange({ ended, leaseMs: 4 * time.lockMs });
      await other.exchange({ limit: 1 });
      expect(other.jobs.map(leaseOf)).toEqual([{ id: 'a', fencingToken: 2 }]);
      const again = await holder.make(call);
      expect(again.jobs.map(leaseOf)).toEqual([{ id: 'b', fencingToken: 1 }]);
    });

    test('remembers the last calls of a holder, in whatever order they are made again', async (trial) => {
      const holder = await trial.holder();
      await trial.add(holder.backend, ...trial.jobs(...names(KEPT_ANSWERS + 3)));
      // A repeated answer leaves out leases that are over.
      const leaseMs = 100 * trial.time.lockMs;
      await holder.exchange({ limit: 1, leaseMs });
      const calls = names(KEPT_ANSWERS).map(() => holder.call({ limit: 1, leaseMs }));
      const first: ExchangeAnswer[] = [];
      for (const call of calls) first.push(await holder.make(call));
      const again: ExchangeAnswer[] = [];
      for (const call of [...calls].reverse()) again.unshift(await holder.make(call));
      expect(startsIn(again)).toEqual(startsIn(first));
      expect((await holder.backend.counts()).active).toBe(KEPT_ANSWERS + 1);
    });

    test('remembers the last calls of a holder that came in another order', async (trial) => {
      const holder = await trial.holder();
      const leaseMs = 100 * trial.time.lockMs;
      await trial.add(holder.backend, ...trial.jobs(...names(2 * KEPT_ANSWERS)));
      await holder.takeAll({ leaseMs });
      // What each of them ends tells it from the others. The first numbers are answered, and needed no more.
      const calls = holder.jobs.map((job) =>
        holder.call({ ended: endedBy([job]), limit: 1, leaseMs }),
      );
      for (const call of calls.slice(0, KEPT_ANSWERS)) await holder.make(call);
      await trial.add(holder.backend, ...trial.jobs(...names(KEPT_ANSWERS).map((id) => `x${id}`)));
      const last = calls.slice(KEPT_ANSWERS).reverse();
      const first = await Promise.all(last.map((call) => holder.make(call)));
      const again = await Promise.all(last.map((call) => holder.make(call)));
      expect(startsIn(again)).toEqual(startsIn(first));
      expect(first.concat(again).flatMap(({ refused }) => refused)).toEqual([]);
      expect(await holder.backend.counts()).toMatchObject({
        completed: 2 * KEPT_ANSWERS,
        active: KEPT_ANSWERS,
      });
    });

    test('takes a number it did not receive before, though a later one came first', async (trial) => {
      const holder = await trial.holder();
      await trial.held(holder, 'a', 'b');
      const first = holder.call({ ended: endedBy([holder.lease(0)]) });
      await holder.exchange({ ended: endedBy([holder.lease(1)]) });
      expect((await holder.make(first)).refused).toEqual([]);
      expect((await holder.backend.counts()).completed).toBe(2);
    });

    test('tells the numbers of one holder from those of another', async (trial) => {
      const [one, other] = [await trial.holder(), await trial.holder()];
      await trial.add(one.backend, ...trial.jobs('a', 'b'));
      await one.exchange({ limit: 1 });
      await other.exchange({ limit: 1 });
      expect([one.lease(0).id, other.lease(0).id]).toEqual(['a', 'b']);
    });
  },
};

/** Makes ids of as many jobs. */
function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `job-${index}`);
}

/** Returns the leases of the jobs that each answer brought. */
function startsIn(answers: readonly ExchangeAnswer[]): Lease[][] {
  return answers.map(({ jobs }) => jobs.map(leaseOf));
}
