import type { Backend } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

const key = 'user:7';

async function holderOf(backend: Backend, of = key): Promise<string | undefined> {
  return backend.keys?.find({ key: of });
}

/** The job that holds a key is found, and the key freed. */
export const findingKeys: BackendGroup = {
  title: 'finding and freeing keys',
  needs: 'keys',
  tests: (test) => {
    test('keys: finds the holder as long as it holds the key, by its mode', async (trial) => {
      const backend = await trial.open();
      const [drop, replace] = ['drop', 'replace'].map((one) => `${key}:${one}`) as [string, string];
      expect(await holderOf(backend, drop)).toBeUndefined();
      await trial.add(
        backend,
        trial.job({ id: 'a', deduplication: { key: drop, mode: 'drop' } }),
        trial.job({ id: 'ü:"\u0000', deduplication: { key: replace, mode: 'replace' } }),
      );
      expect(await holderOf(backend, drop)).toBe('a');
      expect(await holderOf(backend, replace)).toBe('ü:"\u0000');
      const worker = await trial.work(backend, { run: 'hold', concurrency: 2 });
      await worker.started(1);
      expect(await holderOf(backend, drop)).toBe('a');
      expect(await holderOf(backend, replace)).toBeUndefined();
      for (const run of worker.runs) run.end();
      await trial.reaches(backend, 'a', 'completed');
      expect(await holderOf(backend, drop)).toBeUndefined();
    });

    test('keys: finds no holder of a key whose time is over, and one that is gone before', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const keepCompleted = { count: 0, ageMs: 0 };
      const keyed = (id: string, ttlMs: number) =>
        trial.job({ id, keepCompleted, deduplication: { key: id, mode: 'drop', ttlMs } });
      await trial.add(backend, keyed('long', 1_000_000), keyed('short', time.delayMs));
      await trial.work(backend);
      await time.until(
        'both are gone',
        async () => (await backend.get({ id: 'short' })) === undefined,
      );
      await time.pass(time.delayMs + time.latenessMs);
      expect(await holderOf(backend, 'short')).toBeUndefined();
      expect(await backend.keys?.free({ key: 'short' })).toBe(false);
      expect(await holderOf(backend, 'long')).toBe('long');
      expect(await backend.keys?.free({ key: 'long' })).toBe(true);
      expect(await trial.add(backend, keyed('long', 1))).toMatchObject([{ outcome: 'added' }]);
    });

    test('keys: frees a key for the next job, and lets the one that held it go on', async (trial) => {
      const backend = await trial.open();
      const other = await trial.open();
      const deduplication = { key, mode: 'drop' } as const;
      expect(await other.keys?.free({ key })).toBe(false);
      await trial.add(backend, trial.job({ id: 'a', deduplication }));
      expect(await other.keys?.free({ key })).toBe(true);
      expect(await other.keys?.free({ key })).toBe(false);
      expect(await holderOf(backend)).toBeUndefined();
      const second = trial.job({ id: 'b', deduplication });
      expect(await trial.add(backend, second)).toEqual([{ id: 'b', outcome: 'added' }]);
      const worker = await trial.work(backend, { run: 'hold', concurrency: 1 });
      (await worker.started()).end();
      await trial.reaches(backend, 'a', 'completed');
      // The end of the first one frees nothing that the second holds.
      await worker.started(1);
      expect(await holderOf(backend)).toBe('b');
      const third = trial.job({ id: 'c', deduplication });
      expect(await trial.add(backend, third)).toEqual([{ id: 'b', outcome: 'duplicate' }]);
    });

    test('keys: a job that is put back takes a key again that was freed', async (trial) => {
      const backend = await trial.open();
      const deduplication = { key, mode: 'drop' } as const;
      await trial.add(backend, trial.job({ id: 'a', delay: 86_400_000, deduplication }));
      await backend.keys?.free({ key });
      const error = { name: 'JobsError', message: 'stop', code: 'JOBS_CANCELLED' };
      await backend.cancel({ id: 'a', error });
      expect(await backend.retry({ ids: ['a'] })).toBe(1);
      expect(await holderOf(backend)).toBe('a');
    });
  },
};
