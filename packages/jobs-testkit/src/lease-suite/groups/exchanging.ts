import type { JobStatus } from '@philjs/jobs-core';
import type { EndedOutcome } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import { EventLog } from '../../backend-suite/event-log.ts';
import type { LeaseGroup } from '../lease-group.ts';
import { endedBy, leaseOf } from '../test-holder.ts';

const error = { name: 'Error', message: 'no' };
const failures = [{ attempt: 1, startedAt: 1, failedAt: 2, error }];

/** Ended leases and new jobs travel together, each lease by itself. */
export const exchanging: LeaseGroup = {
  title: 'exchanging',
  tests: (test) => {
    for (const count of [1, 2, 64, 1000]) {
      test(`records ${count} ended leases, and refuses those of them that are not held`, async (trial) => {
        const holder = await trial.holder();
        const ids = Array.from({ length: count }, (_, index) => `job-${index}`);
        await trial.held(holder, ...ids);
        expect(holder.jobs.map(({ id }) => id)).toEqual(ids);
        const leases = holder.jobs.map((job, index) => {
          if (index % 3 === 1) return { id: job.id, fencingToken: job.fencingToken + 1 };
          return index % 3 === 2 ? { id: `no ${job.id}`, fencingToken: 1 } : leaseOf(job);
        });
        const refused = leases.filter((_, index) => index % 3 !== 0);
        for (let at = 0; at < count; at += 128) {
          const sent = leases.slice(at, at + 128);
          const answer = await holder.exchange({ ended: endedBy(sent) });
          expect(answer.refused.map(leaseOf)).toEqual(sent.filter((one) => refused.includes(one)));
        }
        const completed = count - refused.length;
        expect(await holder.backend.counts()).toMatchObject({
          completed,
          active: count - completed,
        });
      });
    }

    test('records each kind of outcome in one call', async (trial) => {
      const holder = await trial.holder();
      const runAt = trial.time.now() + 1_000_000;
      const outcomes: { [id in string]: [EndedOutcome, JobStatus, attemptsMade: number] } = {
        complete: [{ type: 'complete', result: { ok: true } }, 'completed', 1],
        retry: [{ type: 'retry', error, failures, runAt, delayMs: 9 }, 'delayed', 1],
        snooze: [{ type: 'snooze', reason: 'snoozed', runAt }, 'delayed', 0],
        fail: [{ type: 'fail', error, failures, attemptUsed: true }, 'failed', 1],
        cancel: [{ type: 'cancel', error, failures: [], attemptUsed: false }, 'cancelled', 0],
        unstarted: [{ type: 'unstarted' }, 'waiting', 0],
      };
      await trial.held(holder, ...Object.keys(outcomes));
      const ended = Object.entries(outcomes).map(([id, [outcome]], index) => {
        expect(holder.lease(index).id).toBe(id);
        return { lease: holder.lease(index), outcome };
      });
      expect((await holder.exchange({ ended })).refused).toEqual([]);
      for (const [id, [, status, attemptsMade]] of Object.entries(outcomes)) {
        expect(await trial.get(holder.backend, id)).toMatchObject({ status, attemptsMade });
      }
      expect(await trial.get(holder.backend, 'complete')).toMatchObject({ result: { ok: true } });
      expect(await trial.get(holder.backend, 'retry')).toMatchObject({ error, failures });
    });

    test('hands out successors with what ended, and none where none is wanted', async (trial) => {
      const holder = await trial.holder();
      await trial.add(holder.backend, ...trial.jobs('a', 'b', 'c', 'd'));
      await holder.exchange({ limit: 1 });
      const second = await holder.exchange({ ended: endedBy([holder.lease(0)]), limit: 2 });
      expect(second.jobs).toMatchObject([
        { id: 'b', status: 'active', fencingToken: 1 },
        { id: 'c', status: 'active', fencingToken: 1 },
      ]);
      const third = await holder.exchange({ ended: endedBy(second.jobs) });
      expect(third.jobs).toEqual([]);
      expect(await holder.backend.counts()).toMatchObject({ completed: 3, waiting: 1 });
    });

    test('gives unstarted jobs back ahead of those that came after them', async (trial) => {
      const holder = await trial.holder();
      await trial.add(holder.backend, ...trial.jobs('a', 'b', 'c', 'd', 'e'));
      await holder.exchange({ limit: 4 });
      const leases = [1, 2, 3].map((index) => holder.lease(index));
      await holder.exchange({ ended: endedBy(leases, { type: 'unstarted' }) });
      const again = await holder.exchange({ limit: 4 });
      // Among those that are given back together no order is promised.
      const back = again.jobs.slice(0, 3).sort((a, b) => (a.id < b.id ? -1 : 1));
      expect([...back, again.jobs[3]]).toMatchObject([
        { id: 'b', attemptsMade: 0, fencingToken: 2 },
        { id: 'c', attemptsMade: 0, fencingToken: 2 },
        { id: 'd', attemptsMade: 0, fencingToken: 2 },
        { id: 'e', fencingToken: 1 },
      ]);
    });

    test(
      'announces an unstarted job that is given back as waiting again',
      async (trial) => {
        const holder = await trial.holder();
        const log = new EventLog(trial.time);
        await log.start(holder.backend);
        await trial.held(holder, 'a');
        await holder.exchange({ ended: endedBy([holder.lease(0)], { type: 'unstarted' }) });
        await holder.takeAll();
        await holder.exchange({ ended: endedBy([holder.lease(1)]) });
        await log.saw('a', 'completed');
        expect(log.of('a')).toEqual(['waiting', 'active', 'waiting', 'active', 'completed']);
      },
      { needs: 'events' },
    );

    test('tells when the next delayed job is due', async (trial) => {
      const { time } = trial;
      const holder = await trial.holder();
      // Stores say to look again within a lease, and some within eight seconds: the delay is shorter.
      const delay = time.isVirtual ? 5 * time.delayMs : 7_000;
      const leaseMs = 20 * time.lockMs;
      const begun = time.now();
      await trial.add(holder.backend, trial.job({ delay }));
      // The first answer to a holder may say that it is to look again at once.
      const { now, nextAt = 0 } = await holder.takeAll({ leaseMs });
      const passed = time.now() - begun;
      expect(holder.jobs).toEqual([]);
      expect(nextAt - now).toBeLessThanOrEqual(delay + time.precisionMs);
      expect(nextAt - now).toBeGreaterThanOrEqual(delay - passed - time.precisionMs);
    });

    test('hands out nothing of a paused queue, and still records', async (trial) => {
      const holder = await trial.holder();
      await trial.held(holder, 'a');
      await trial.add(holder.backend, ...trial.jobs('b'));
      await holder.backend.setPaused({ paused: true });
      const answer = await holder.exchange({ ended: endedBy([holder.lease(0)]), limit: 1 });
      expect([answer.refused, answer.jobs]).toEqual([[], []]);
      expect(await holder.backend.counts()).toMatchObject({ completed: 1, waiting: 1 });
    });
  },
};
