import type { JobRecord, NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

/** Returns the expected record of a job that was just added. */
function recordOf(job: NewJob): JobRecord {
  const { keepCompleted, keepFailed, keepCancelled, deduplication, ...rest } = job;
  const status = job.runAt > job.createdAt ? 'delayed' : 'waiting';
  return { ...rest, status, attemptsMade: 0, fencingToken: 0, stalledCount: 0 };
}

/** A resolved `add` means the jobs are stored (promises 1 and 7). */
export const adding: BackendGroup = {
  title: 'adding',
  tests: (test) => {
    test('stores a job as it was given', async (trial) => {
      const backend = await trial.open();
      const now = trial.time.now();
      const job = trial.job({
        id: 'all-fields',
        name: 'send-email',
        payload: { to: ['ada', { at: 'home' }] },
        version: 3,
        priority: -7,
        delay: 86_400_000,
        maxAttempts: 5,
        expiresAt: now + 172_800_000,
        metadata: { tenant: 'acme', trace: { id: '00-1' } },
        parentId: 'parent',
        timeoutMs: 30_000.5,
        tags: ['billing', 'größte Kunden 😀', "a',b{}"],
      });
      expect(await backend.add({ jobs: [job] })).toEqual([{ id: 'all-fields', outcome: 'added' }]);
      expect(await backend.get({ id: 'all-fields' })).toEqual(recordOf(job));
    });

    test('leaves out what was not given', async (trial) => {
      const backend = await trial.open();
      const job = trial.job();
      await trial.add(backend, job);
      const record = await trial.get(backend, job.id);
      expect(Object.fromEntries(Object.entries(record))).toStrictEqual(recordOf(job));
    });

    test('makes a job waiting, and one of a later time delayed', async (trial) => {
      const backend = await trial.open();
      await trial.add(
        backend,
        trial.job({ id: 'now' }),
        trial.job({ id: 'later', delay: 86_400_000 }),
      );
      expect((await trial.get(backend, 'now')).status).toBe('waiting');
      expect((await trial.get(backend, 'later')).status).toBe('delayed');
    });

    test('shows what was added to another process at once', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      await trial.add(one, ...trial.jobs('a'));
      expect((await trial.get(other, 'a')).status).toBe('waiting');
      expect((await other.counts()).waiting).toBe(1);
    });

    test('answers nothing for nothing', async (trial) => {
      const backend = await trial.open();
      expect(await backend.add({ jobs: [] })).toEqual([]);
    });

    test('stores 1,000 jobs in one call and answers in their order', async (trial) => {
      const backend = await trial.open();
      const jobs = Array.from({ length: 1_000 }, (_, index) => trial.job({ payload: index }));
      const results = await backend.add({ jobs });
      expect(results).toEqual(jobs.map(({ id }) => ({ id, outcome: 'added' })));
      const stored = await trial.list(backend, ['waiting']);
      expect(stored.map((job) => job.payload)).toEqual(jobs.map((job) => job.payload));
    });

    test(
      'stores 10,000 jobs, and runs each of them once',
      async (trial) => {
        const backend = await trial.open();
        const jobs = Array.from({ length: 10_000 }, () => trial.job());
        await trial.add(backend, ...jobs);
        expect((await backend.counts()).waiting).toBe(10_000);
        const worker = await trial.work(backend, { concurrency: 100 });
        const isDone = async (): Promise<boolean> => (await backend.counts()).completed === 10_000;
        await trial.time.until('all jobs are completed', isDone, 300_000);
        expect(new Set(worker.ids).size).toBe(10_000);
        expect(worker.runs).toHaveLength(10_000);
      },
      { timeout: 360_000 },
    );

    test('reports a known id and changes nothing', async (trial) => {
      const backend = await trial.open();
      const first = trial.job({ id: 'same', payload: 'first', priority: 1 });
      const second = trial.job({
        id: 'same',
        payload: 'second',
        priority: 2,
        delay: 1_000,
      });
      await trial.add(backend, first);
      expect(await trial.add(backend, second)).toEqual([{ id: 'same', outcome: 'duplicate' }]);
      expect(await backend.get({ id: 'same' })).toEqual(recordOf(first));
      expect(await backend.counts()).toMatchObject({ waiting: 1, delayed: 0 });
    });

    test('refuses the id of a job of another name, and stores none of the call', async (trial) => {
      const [backend, other] = [await trial.open(), await trial.open()];
      const first = trial.job({ id: 'same', name: 'one' });
      await trial.add(backend, first);
      const second = trial.job({ id: 'same', name: 'two' });
      const details = { jobId: 'same', name: 'two', takenBy: 'one' };
      const refused = { code: 'JOBS_CONFLICT', details };
      await expect(trial.add(other, second)).rejects.toMatchObject(refused);
      const jobs = [trial.job({ id: 'before' }), second, trial.job({ id: 'after' })];
      // Jobs that others add meanwhile are not refused with it.
      const meanwhile = other.add({ jobs: [trial.job({ id: 'meanwhile' })] });
      await expect(other.add({ jobs })).rejects.toMatchObject(refused);
      expect(await meanwhile).toEqual([{ id: 'meanwhile', outcome: 'added' }]);
      const left = await trial.list(backend, ['waiting']);
      expect(left.map(({ id }) => id)).toEqual(['same', 'meanwhile']);
      expect(await backend.get({ id: 'same' })).toEqual(recordOf(first));
    });

    test('refuses the id of a finished job of another name', async (trial) => {
      const backend = await trial.open();
      await trial.work(backend);
      await trial.add(backend, trial.job({ id: 'same', name: 'one' }));
      await trial.reaches(backend, 'same', 'completed');
      const second = trial.job({ id: 'same', name: 'two' });
      await expect(trial.add(backend, second)).rejects.toMatchObject({ code: 'JOBS_CONFLICT' });
      expect((await trial.get(backend, 'same')).name).toBe('one');
    });

    test('reports an id that comes twice in one call', async (trial) => {
      const backend = await trial.open();
      const [first, second] = [
        trial.job({ id: 'same', payload: 1 }),
        trial.job({ id: 'same', payload: 2 }),
      ];
      const results = await trial.add(backend, first, trial.job({ id: 'other' }), second);
      expect(results.map((result) => result.outcome)).toEqual(['added', 'added', 'duplicate']);
      expect((await trial.get(backend, 'same')).payload).toBe(1);
    });

    for (const [state, outcome] of [
      ['completed', { type: 'complete', result: 'done' }],
      ['failed', { type: 'fail', error: { name: 'Error', message: 'no' }, attemptUsed: true }],
    ] as const) {
      test(`does not run a job again whose id is added once it has ${state}`, async (trial) => {
        const backend = await trial.open();
        const worker = await trial.work(backend, { run: (run) => run.end(outcome) });
        await trial.add(backend, ...trial.jobs('same'));
        const before = await trial.reaches(backend, 'same', state);
        expect(await trial.add(backend, ...trial.jobs('same', 'next'))).toEqual([
          { id: 'same', outcome: 'duplicate' },
          { id: 'next', outcome: 'added' },
        ]);
        await trial.reaches(backend, 'next', state);
        expect(worker.ids).toEqual(['same', 'next']);
        expect(await backend.get({ id: 'same' })).toEqual(before);
      });
    }

    test('reports the id of an active job, and leaves its run alone', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 2 });
      await trial.add(backend, ...trial.jobs('same'));
      const run = await worker.started();
      expect(await trial.add(backend, ...trial.jobs('same'))).toEqual([
        { id: 'same', outcome: 'duplicate' },
      ]);
      run.end({ type: 'complete', result: 1 });
      expect((await trial.reaches(backend, 'same', 'completed')).result).toBe(1);
      expect(worker.runs).toHaveLength(1);
    });

    test('stores one job when many add the same id at once', async (trial) => {
      const backends = await Promise.all(Array.from({ length: 5 }, () => trial.open()));
      const adds = Array.from({ length: 50 }, (_, index) => {
        const backend = backends[index % backends.length] as (typeof backends)[number];
        return trial.add(backend, trial.job({ id: 'same', payload: index }));
      });
      const outcomes = (await Promise.all(adds)).flat().map((result) => result.outcome);
      expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(49);
      expect((await trial.list(backends[0] as (typeof backends)[number], ['waiting'])).length).toBe(
        1,
      );
    });

    test('keeps the jobs of queues of different names apart', async (trial) => {
      const backend = await trial.open();
      const other = await trial.open(`${trial.queueName}-other`);
      await trial.add(backend, trial.job({ id: 'same', payload: 1 }));
      await trial.add(other, trial.job({ id: 'same', payload: 2 }));
      expect([
        (await trial.get(backend, 'same')).payload,
        (await trial.get(other, 'same')).payload,
      ]).toEqual([1, 2]);
      expect(await other.remove({ ids: ['same'] })).toBe(1);
      expect((await backend.counts()).waiting).toBe(1);
    });
  },
};
