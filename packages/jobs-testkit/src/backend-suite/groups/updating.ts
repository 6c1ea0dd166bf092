import type { Backend, JobUpdate, LimitStore } from '@philjs/jobs-core/backend';
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
  },
};
