import type { Backend, Deduplication, JobUpdate, LimitStore } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

const FAR = 1_000_000;
const fail = {
  type: 'fail',
  error: { name: 'Error', message: 'no' },
  attemptUsed: true,
} as const;

function update(backend: Backend, ids: readonly string[], changes: JobUpdate): Promise<number> {
  return backend.updates?.update({ ids, changes }) ?? Promise.resolve(-1);
}

const keyed = (key: string, more: Partial<Deduplication> = {}): Deduplication => {
  return { key, mode: 'drop', ...more };
};
const rekeyed = (deduplication: Deduplication | null): JobUpdate => {
  return { payload: { value: 'new', version: 1, deduplication } };
};

/** Changing waiting jobs (capability `updates`). */
export const updating: BackendGroup = {
  title: 'updating',
  needs: 'updates',
  tests: (test) => {
    test(
      'counts a job whose payload changes by its new keys',
      async (trial) => {
        const backend = await trial.open();
        const limits = backend.limits as LimitStore;
        await limits.set({ name: 'job', limits: { concurrency: 5, concurrencyPerKey: 1 } });
        const ofA = { concurrencyKey: 'a', rateKey: 'of a' };
        await trial.add(backend, ...['1', '2', '3'].map((id) => trial.job({ id, ...ofA })));
        const worker = await trial.work(backend, { run: 'hold', concurrency: 5 });
        await worker.started();
        await trial.time.settle();
        const payload = { value: 'other', version: 1, concurrencyKey: 'b' };
        expect(await update(backend, ['3'], { payload })).toBe(1);
        expect((await worker.started(1)).id).toBe('3');
        const { concurrencyKey, rateKey } = await trial.get(backend, '3');
        expect([concurrencyKey, rateKey]).toEqual(['b', undefined]);
        worker.runs[0]?.end();
        expect((await worker.started(2)).id).toBe('2');
      },
      { needs: 'limits' },
    );

    test('leaves a job waiting whose priority changes, though the clock of who added it is ahead', async (trial) => {
      const backend = await trial.open();
      const createdAt = trial.time.now() + 3_600_000;
      await trial.add(backend, trial.job({ id: 'a', createdAt }));
      expect(await update(backend, ['a'], { priority: 3 })).toBe(1);
      expect(await trial.get(backend, 'a')).toMatchObject({ status: 'waiting', priority: 3 });
      await trial.work(backend);
      await trial.reaches(backend, 'a', 'completed');
    });

    test('changes payload, attempts and metadata where the job stands', async (trial) => {
      const backend = await trial.open();
      await backend.setPaused({ paused: true });
      await trial.add(backend, ...trial.jobs('first', 'changed', 'last'));
      await trial.add(backend, trial.job({ id: 'later', delay: FAR, payload: { old: 1 } }));
      const before = await trial.get(backend, 'later');
      const changes: JobUpdate = {
        payload: { value: { to: 'ada', list: [1, null, 'ä'] }, version: 3 },
        maxAttempts: 7,
        metadata: { by: 'ops', deep: { a: [true] } },
      };
      expect(await update(backend, ['changed', 'later', 'nobody'], changes)).toBe(2);
      const after = { payload: changes.payload?.value, version: 3, maxAttempts: 7 };
      for (const id of ['changed', 'later']) {
        expect(await trial.get(backend, id)).toMatchObject({
          ...after,
          metadata: changes.metadata,
        });
      }
      expect(await trial.get(backend, 'later')).toMatchObject({
        status: 'delayed',
        runAt: before?.runAt,
      });
      await backend.setPaused({ paused: false });
      const worker = await trial.work(backend);
      await trial.reaches(backend, 'last', 'completed');
      expect(worker.ids).toEqual(['first', 'changed', 'last']);
      expect(worker.runs[1]?.job).toMatchObject(after);
    });

    test('an absent payload is stored as one, and what is not given stays', async (trial) => {
      const backend = await trial.open();
      await backend.setPaused({ paused: true });
      await trial.add(
        backend,
        trial.job({ id: 'a', payload: { keep: 1 }, priority: 3, metadata: { m: 1 } }),
      );
      expect(await update(backend, ['a'], { maxAttempts: 2 })).toBe(1);
      expect(await trial.get(backend, 'a')).toMatchObject({
        payload: { keep: 1 },
        priority: 3,
        metadata: { m: 1 },
        status: 'waiting',
      });
      expect(await update(backend, ['a'], { metadata: { n: 2 } })).toBe(1);
      expect((await trial.get(backend, 'a')).metadata).toEqual({ n: 2 });
      expect(await update(backend, ['a'], { payload: { value: undefined, version: 1 } })).toBe(1);
      expect((await trial.get(backend, 'a'))?.payload).toBeUndefined();
    });

    test('a new priority moves a waiting job behind those of that priority', async (trial) => {
      const backend = await trial.open();
      await backend.setPaused({ paused: true });
      await trial.add(backend, ...trial.jobs('a', 'b'));
      await trial.add(backend, trial.job({ id: 'high', priority: 5 }));
      await trial.add(backend, trial.job({ id: 'later', delay: FAR }));
      expect(await update(backend, ['b', 'later'], { priority: 5 })).toBe(2);
      expect(await trial.get(backend, 'b')).toMatchObject({ priority: 5, status: 'waiting' });
      expect(await trial.get(backend, 'later')).toMatchObject({ priority: 5, status: 'delayed' });
      await backend.setPaused({ paused: false });
      const worker = await trial.work(backend);
      await trial.reaches(backend, 'a', 'completed');
      expect(worker.ids).toEqual(['high', 'b', 'a']);
    });

    test('a new time delays a waiting job, and makes a delayed one ready', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      await trial.add(backend, trial.job({ id: 'now', delay: FAR }));
      await backend.setPaused({ paused: true });
      await trial.add(backend, ...trial.jobs('late'));
      expect(await update(backend, ['late'], { runAt: time.now() + FAR })).toBe(1);
      expect(await update(backend, ['now'], { runAt: time.now() - FAR })).toBe(1);
      expect(await backend.counts()).toMatchObject({ waiting: 1, delayed: 1 });
      expect((await trial.get(backend, 'late'))?.status).toBe('delayed');
      expect((await trial.get(backend, 'now'))?.runAt).toBeLessThanOrEqual(time.now() + 1000);
      await backend.setPaused({ paused: false });
      await trial.work(backend);
      await trial.reaches(backend, 'now', 'completed');
      expect((await trial.get(backend, 'late'))?.status).toBe('delayed');
      await update(backend, ['late'], { runAt: time.now() + time.delayMs });
      await trial.reaches(backend, 'late', 'completed');
    });

    test('leaves jobs alone that run or have ended, but for what is noted of the latter', async (trial) => {
      const backend = await trial.open();
      const worker = await trial.work(backend, { run: 'hold', concurrency: 3 });
      await trial.add(backend, ...trial.jobs('active', 'completed', 'failed'));
      await worker.started(2);
      worker.runs[1]?.end();
      worker.runs[2]?.end(fail);
      await trial.reaches(backend, 'completed', 'completed');
      await trial.reaches(backend, 'failed', 'failed');
      const ids = ['active', 'completed', 'failed', 'nobody'];
      for (const changes of [
        { priority: 1 },
        { runAt: trial.time.now() + FAR },
        { maxAttempts: 9 },
      ]) {
        expect(await update(backend, ids, changes)).toBe(0);
      }
      expect(await update(backend, ids, { priority: 1, metadata: { a: 1 } })).toBe(0);
      expect(await update(backend, ids, { metadata: { seen: true } })).toBe(2);
      expect(await trial.get(backend, 'failed')).toMatchObject({
        status: 'failed',
        metadata: { seen: true },
        error: { message: 'no' },
      });
      expect((await trial.get(backend, 'active'))?.metadata).toEqual({});
      expect(await update(backend, [], { priority: 1 })).toBe(0);
    });

    test(
      'gives a job another key with its payload, and frees the one it had',
      async (trial) => {
        const backend = await trial.open();
        const deduplication = keyed('old', { ttlMs: FAR });
        await trial.add(backend, trial.job({ id: 'a', delay: FAR, deduplication }));
        expect(await update(backend, ['a'], rekeyed(keyed('new', { mode: 'replace' })))).toBe(1);
        expect((await trial.get(backend, 'a')).deduplicationKey).toBe('new');
        const add = (id: string, key: string) =>
          trial.add(backend, trial.job({ id, payload: 'add', deduplication: keyed(key) }));
        expect(await add('b', 'new')).toEqual([{ id: 'a', outcome: 'duplicate' }]);
        expect(await add('c', 'old')).toEqual([{ id: 'c', outcome: 'added' }]);
        // Its own key is no other one, and what is not said of the key leaves it.
        expect(await update(backend, ['a'], rekeyed(keyed('new')))).toBe(1);
        const payload = { value: 'newer', version: 1 };
        expect(await update(backend, ['a'], { payload })).toBe(1);
        expect(await add('d', 'new')).toEqual([{ id: 'a', outcome: 'duplicate' }]);
        await update(backend, ['a'], { runAt: trial.time.now() });
        const worker = await trial.work(backend, { run: 'hold', concurrency: 5 });
        await worker.started(1);
        // By the mode that came with it, the job frees it as it starts.
        expect(await add('e', 'new')).toEqual([{ id: 'e', outcome: 'added' }]);
      },
      { needs: 'deduplication' },
    );

    test(
      'takes the key from a job whose new payload has none',
      async (trial) => {
        const backend = await trial.open();
        const job = trial.job({ id: 'a', delay: FAR, deduplication: keyed('k') });
        await trial.add(backend, job, trial.job({ id: 'plain', delay: FAR }));
        expect(await update(backend, ['a'], rekeyed(null))).toBe(1);
        expect((await trial.get(backend, 'a')).deduplicationKey).toBeUndefined();
        expect(await update(backend, ['plain'], rekeyed(keyed('k')))).toBe(1);
        await backend.remove({ ids: ['a'] });
        const other = trial.job({ id: 'b', deduplication: keyed('k') });
        expect(await trial.add(backend, other)).toEqual([{ id: 'plain', outcome: 'duplicate' }]);
      },
      { needs: 'deduplication' },
    );

    test(
      'changes nothing of a job whose new key another one holds',
      async (trial) => {
        const backend = await trial.open();
        const job = (id: string) =>
          trial.job({ id, delay: FAR, payload: id, tags: [id], deduplication: keyed(id) });
        await trial.add(backend, job('a'), job('b'), job('c'));
        const changes = { ...rekeyed(keyed('b')), priority: 3, maxAttempts: 9 };
        const refused = update(backend, ['a'], changes);
        await expect(refused).rejects.toMatchObject({
          code: 'JOBS_CONFLICT',
          details: { jobId: 'a', heldBy: 'b' },
        });
        const before = { payload: 'a', priority: 0, deduplicationKey: 'a', tags: ['a'] };
        expect(await trial.get(backend, 'a')).toMatchObject(before);
        expect(await update(backend, ['a', 'b', 'c'], changes)).toBe(1);
        expect(await trial.get(backend, 'b')).toMatchObject({ payload: 'new', priority: 3 });
        expect(await trial.get(backend, 'a')).toMatchObject(before);
      },
      { needs: 'deduplication' },
    );

    test(
      'gives a key to one of two jobs that ask for it at once',
      async (trial) => {
        const backend = await trial.open();
        const ids = ['a', 'b', 'c', 'd'];
        const jobs = ids.map((id) => trial.job({ id, delay: FAR, deduplication: keyed(id) }));
        await trial.add(backend, ...jobs);
        const changes = rekeyed(keyed('one'));
        const ends = await Promise.allSettled([
          ...ids.map((id) => update(backend, [id], changes)),
          trial.add(backend, trial.job({ id: 'e', delay: FAR, deduplication: keyed('one') })),
        ]);
        const records = await Promise.all([...ids, 'e'].map((id) => backend.get({ id })));
        const holders = records.filter((record) => record?.deduplicationKey === 'one');
        expect(holders).toHaveLength(1);
        const added = ends[4]?.status === 'fulfilled' && ends[4].value;
        expect(added).toMatchObject([{ id: holders[0]?.id }]);
        for (const end of ends) {
          if (end.status === 'rejected') {
            expect(end.reason).toMatchObject({ details: { heldBy: holders[0]?.id } });
          }
        }
      },
      { needs: 'deduplication' },
    );

    test('finds a job by the tags of its new payload', async (trial) => {
      const backend = await trial.open();
      const tags = ['old', 'both'];
      await trial.add(backend, trial.job({ id: 'a', delay: FAR, tags, metadata: { m: 1 } }));
      const listed = async (tag: string): Promise<boolean> => {
        const params = { statuses: ['delayed'], tags: [tag], order: 'newest', limit: 5 } as const;
        return (await backend.list(params)).jobs.some((job) => job.tags?.includes(tag));
      };
      const payload = { value: 1, version: 1 };
      await update(backend, ['a'], { payload: { ...payload, tags: ['new', 'both'] } });
      expect(await trial.get(backend, 'a')).toMatchObject({
        tags: ['new', 'both'],
        metadata: { m: 1 },
      });
      expect([await listed('old'), await listed('new'), await listed('both')]).toEqual([
        false,
        true,
        true,
      ]);
      await update(backend, ['a'], { payload });
      expect(await listed('new')).toBe(true);
      await update(backend, ['a'], { payload: { ...payload, tags: [] } });
      expect((await trial.get(backend, 'a')).tags ?? []).toEqual([]);
      expect(await listed('both')).toBe(false);
    });
  },
};
