import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import { addFlow, dependent } from './depending.ts';

const key = 'user:7';

/** Says which holder of a key takes over what a new job brings, and for how long it then holds the key. */
export const takingOver: BackendGroup = {
  title: 'taking over',
  needs: 'deduplication',
  tests: (test) => {
    for (const mode of ['replace', 'extend'] as const) {
      test(`${mode}: gives nothing to a job of another name`, async (trial) => {
        const backend = await trial.open();
        const [delay, deduplication] = [1_000_000, { key, mode }];
        await trial.add(backend, trial.job({ id: 'a', payload: 1, delay, deduplication }));
        const before = await trial.get(backend, 'a');
        const other = trial.job({ name: 'other', payload: 2, delay: 2 * delay, deduplication });
        expect(await trial.add(backend, other)).toEqual([{ id: 'a', outcome: 'duplicate' }]);
        expect(await trial.get(backend, 'a')).toEqual(before);
        expect((await backend.counts()).delayed).toBe(1);
      });

      test(`${mode}: gives nothing to a job that has started with its key`, async (trial) => {
        const backend = await trial.open();
        const worker = await trial.work(backend, { run: 'hold' });
        const held = { key, mode: 'drop' } as const;
        await trial.add(backend, trial.job({ id: 'a', payload: 1, deduplication: held }));
        const run = await worker.started();
        const runAt = trial.time.now() + 86_400_000;
        run.end({ type: 'retry', error: { name: 'Error', message: '' }, runAt });
        await trial.reaches(backend, 'a', 'delayed');
        const next = trial.job({ payload: 2, deduplication: { key, mode } });
        expect(await trial.add(backend, next)).toEqual([{ id: 'a', outcome: 'duplicate' }]);
        expect(await trial.get(backend, 'a')).toMatchObject({ payload: 1, runAt });
      });

      test(
        `${mode}: gives nothing to a job that waits for others`,
        async (trial) => {
          const backend = await trial.open();
          const deduplication = { key, mode };
          const first = trial.job({ id: 'first', delay: 1_000_000 });
          const waits = dependent(trial, 'a', ['first'], { payload: 1, deduplication });
          await addFlow(backend, first, waits);
          const next = trial.job({ payload: 2, priority: 3, deduplication });
          expect(await trial.add(backend, next)).toEqual([{ id: 'a', outcome: 'duplicate' }]);
          expect(await trial.get(backend, 'a')).toMatchObject({ status: 'blocked', payload: 1 });
        },
        { needs: 'workflows' },
      );
    }

    for (const [mode, outcome] of [
      ['replace', 'added'],
      ['extend', 'replaced'],
    ] as const) {
      const title = mode === 'extend' ? 'holds the key from then on' : 'holds the key no longer';
      test(`${mode}: what takes over ${title}`, async (trial) => {
        const { time } = trial;
        const backend = await trial.open();
        // Neither time is over when it is asked for, though the process stood still for some delays.
        const deduplication = { key, mode, ttlMs: 12 * time.delayMs };
        const add = (id: string): ReturnType<typeof trial.add> =>
          trial.add(backend, trial.job({ id, delay: 1_000_000, deduplication }));
        await add('a');
        await time.pass(7 * time.delayMs);
        expect(await add('b')).toEqual([{ id: 'a', outcome: 'replaced' }]);
        await time.pass(7 * time.delayMs);
        expect(await add('c')).toEqual([{ id: outcome === 'added' ? 'c' : 'a', outcome }]);
      });
    }
  },
};
