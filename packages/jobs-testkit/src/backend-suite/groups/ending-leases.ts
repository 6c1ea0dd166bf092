import type { SerializedError } from '@philjs/jobs-core';
import type { Backend } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import { EventLog } from '../event-log.ts';
import type { Run, WorkOptions } from '../test-worker.ts';
import { addFlow, dependent } from './depending.ts';

const error: SerializedError = {
  name: 'JobsError',
  code: 'JOBS_CANCELLED',
  message: 'The job was cancelled',
};

/** Lets a worker take the first job that waits, and die with it; passes the time until its lease has ended. */
async function abandon(trial: BackendTrial, options: WorkOptions = {}): Promise<Run> {
  const { lockMs, precisionMs } = trial.time;
  const doomed = await trial.open();
  const worker = await trial.work(doomed, { run: 'hold', lockMs, ...options });
  const run = await worker.started();
  await doomed.close({ force: true });
  await trial.time.pass(lockMs + precisionMs);
  return run;
}

/** Returns what a backend says of the lease of a job: read alone, and in a list. */
async function leasesOf(trial: BackendTrial, backend: Backend, id: string) {
  const alone = await trial.get(backend, id);
  const listed = (await trial.list(backend, [alone.status])).find((job) => job.id === id);
  return [alone.lease, listed?.lease];
}

/** The record of an active job says whether its lease has ended; `force` ends a job whose lease has (promise 10). */
export const endingLeases: BackendGroup = {
  title: 'leases that ended',
  tests: (test) => {
    test('says of a job whose worker lives that its lease has not ended, and when it ends', async (trial) => {
      const { time } = trial;
      const { keptLockMs, precisionMs } = time;
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      const before = time.now() - precisionMs;
      await trial.add(backend, ...trial.jobs('a'));
      await worker.started();
      for (const lease of await leasesOf(trial, await trial.open(), 'a')) {
        expect(lease).toEqual({ hasEnded: false, endsAt: expect.any(Number) });
        expect(lease?.endsAt).toBeGreaterThanOrEqual(before + keptLockMs);
        expect(lease?.endsAt).toBeLessThanOrEqual(time.now() + keptLockMs + precisionMs);
      }
    });

    test('says that the lease of a dead worker has ended, once it has', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('a'));
      await abandon(trial);
      const [alone, listed] = await leasesOf(trial, backend, 'a');
      expect(alone).toMatchObject({ hasEnded: true });
      expect(listed).toEqual(alone);
      // A store that does not keep the time leaves it out.
      expect(alone?.endsAt ?? 0).toBeLessThanOrEqual(trial.time.now() + trial.time.precisionMs);
      expect((await trial.get(backend, 'a')).status).toBe('active');
    });

    test('says nothing of a lease of a job that is not active', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const delay = 100 * time.delayMs;
      await trial.add(backend, ...trial.jobs('done'), trial.job({ id: 'later', delay }));
      await abandon(trial);
      await trial.work(backend, { lockMs: time.lockMs });
      await trial.reaches(backend, 'done', 'completed');
      for (const id of ['done', 'later']) {
        expect(await leasesOf(trial, backend, id)).toEqual([undefined, undefined]);
      }
    });

    test('ends a job by force whose worker is dead, in the same step', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('a'));
      await abandon(trial);
      expect(await backend.cancel({ id: 'a', force: true, error })).toBe('cancelled');
      const job = await trial.get(backend, 'a');
      expect(job).toMatchObject({ status: 'cancelled', error, attemptsMade: 0, fencingToken: 1 });
      expect(job.finishedAt).toBeGreaterThanOrEqual(job.processedAt ?? 0);
      expect(await backend.counts()).toMatchObject({ active: 0, cancelled: 1, waiting: 0 });
      expect(await trial.list(backend, ['active'])).toEqual([]);
      const alive = await trial.work(backend);
      await trial.add(backend, ...trial.jobs('b'));
      await trial.reaches(backend, 'b', 'completed');
      expect([alive.ids, alive.stalled]).toEqual([['b'], []]);
      expect(await backend.remove({ ids: ['a'] })).toBe(1);
    });

    test('only asks while the lease lasts, and without force also once it has ended', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold' });
      await trial.add(backend, ...trial.jobs('held'));
      await worker.started();
      expect(await backend.cancel({ id: 'held', force: true, error })).toBe('requested');
      await trial.reaches(backend, 'held', 'cancelled');
      await worker.stop();
      await trial.add(backend, ...trial.jobs('lost'));
      await abandon(trial);
      expect(await backend.cancel({ id: 'lost', error })).toBe('requested');
      expect((await trial.get(backend, 'lost')).status).toBe('active');
      const statuses = ['waiting'] as const;
      expect(await backend.cancel({ id: 'lost', force: true, statuses, error })).toBe(
        'other-status',
      );
      expect(await backend.cancel({ id: 'lost', force: true, error })).toBe('cancelled');
    });

    test('changes nothing for a worker that comes back to a job ended by force', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...trial.jobs('a'));
      const { lease } = await abandon(trial);
      await backend.cancel({ id: 'a', force: true, error });
      const before = await trial.get(backend, 'a');
      expect(await backend.setProgress({ lease, progress: 50 })).toBe(false);
      expect(await trial.get(backend, 'a')).toEqual(before);
      expect(await backend.retry({ ids: ['a'] })).toBe(1);
      expect(await backend.setProgress({ lease, progress: 50 })).toBe(false);
      const worker = await trial.work(backend);
      expect((await worker.started()).job).toMatchObject({ fencingToken: 2, attemptsMade: 0 });
    });

    test(
      'frees the slot of a limit that a job ended by force had',
      async (trial) => {
        const backend = await trial.open();
        const concurrencyLimits = new Map([['limited', 1]]);
        const jobs = ['a', 'b'].map((id) => trial.job({ id, name: 'limited' }));
        await trial.add(backend, ...jobs);
        await abandon(trial, { concurrencyLimits });
        expect(await backend.cancel({ id: 'a', force: true, error })).toBe('cancelled');
        const worker = await trial.work(backend, { concurrencyLimits });
        await trial.reaches(backend, 'b', 'completed');
        expect(worker.ids).toEqual(['b']);
      },
      { needs: 'concurrencyLimits' },
    );

    test(
      'frees the deduplication key of a job ended by force',
      async (trial) => {
        const backend = await trial.open();
        const deduplication = { key: 'k', mode: 'drop' } as const;
        await trial.add(backend, trial.job({ id: 'a', deduplication }));
        await abandon(trial);
        expect(await backend.cancel({ id: 'a', force: true, error })).toBe('cancelled');
        expect(await trial.add(backend, trial.job({ id: 'b', deduplication }))).toEqual([
          { id: 'b', outcome: 'added' },
        ]);
      },
      { needs: 'deduplication' },
    );

    test(
      'hands out what waits for a job ended by force, to fail',
      async (trial) => {
        const backend = await trial.open();
        await addFlow(backend, ...trial.jobs('a'), dependent(trial, 'b', ['a']));
        await abandon(trial);
        expect(await backend.cancel({ id: 'a', force: true, error })).toBe('cancelled');
        const worker = await trial.work(backend, { run: 'hold' });
        const { job } = await worker.started();
        expect(job).toMatchObject({ id: 'b', dependencies: { failed: 1 } });
      },
      { needs: 'workflows' },
    );

    test(
      'tells of a job ended by force that it was cancelled',
      async (trial) => {
        const backend = await trial.open();
        const log = new EventLog(trial.time);
        await log.start(backend);
        await trial.add(backend, ...trial.jobs('a'));
        await abandon(trial);
        await backend.cancel({ id: 'a', force: true, error });
        await log.saw('a', 'cancelled');
        expect(log.of('a')).toEqual(['waiting', 'active', 'cancelled']);
        expect(log.all('cancelled')).toMatchObject([{ jobId: 'a', name: 'job', error }]);
      },
      { needs: 'events' },
    );
  },
};
