import type { LimitStore, NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import type { RunEnding, TestWorker } from '../test-worker.ts';

const NAME = 'ordered';
const LIMITS = { limits: new Map([[NAME, { concurrencyPerKey: 1 }]]) } as const;
const error = { name: 'Error', message: 'as the test says' } as const;

/** Makes jobs of a strict key: the first letter of their ids. Those of `hold` keep it when they have failed. */
function jobsOf(trial: BackendTrial, ids: readonly string[], ...hold: readonly 'hold'[]): NewJob[] {
  const mark = hold.length > 0 ? '\u0003' : '\u0002';
  return ids.map((id) => trial.job({ id, name: NAME, concurrencyKey: id.charAt(0) + mark }));
}

async function setUp(trial: BackendTrial, ids: readonly string[], ...hold: readonly 'hold'[]) {
  const store = await trial.open();
  const worker = await trial.work(store, { run: 'hold', concurrency: 9, ...LIMITS });
  await trial.add(store, ...jobsOf(trial, ids, ...hold));
  return { store, worker };
}

/** Ends the run of a job, and lets all that follows happen. */
async function end(trial: BackendTrial, worker: TestWorker, id: string, how?: RunEnding) {
  const run = worker.active.find((active) => active.id === id);
  if (run === undefined) throw new Error(`Job \`${id}\` is not active`);
  run.end(how);
  await trial.time.until(`${id} has ended`, () => !worker.active.includes(run));
  await trial.time.settle();
}

const active = (worker: TestWorker): string[] => worker.active.map(({ id }) => id).sort();

/** A job of a strict key keeps its place before the others of the key until it has ended. */
export const keepingOrderByKey: BackendGroup = {
  title: 'keeping order by key',
  needs: 'strictOrder',
  tests: (test) => {
    for (const [what, type, reason] of [
      ['its retry', 'retry', 'snoozed'],
      ['the end of a snooze', 'snooze', 'snoozed'],
      ['a signal', 'snooze', 'signal'],
    ] as const) {
      test(`keeps the others of a key waiting while one waits for ${what}`, async (trial) => {
        const { time } = trial;
        const { store, worker } = await setUp(trial, ['a1', 'a2', 'b1']);
        await time.until('two run', () => worker.runs.length === 2);
        const runAt = time.now() + 4 * time.delayMs;
        const later = { runAt, delayMs: 4 * time.delayMs };
        const ending: RunEnding =
          type === 'retry' ? { type, error, ...later } : { type, reason, ...later };
        await end(trial, worker, 'a1', ending);
        expect(active(worker)).toEqual(['b1']);
        const [barrier] = await (store.limits as LimitStore).barriers({
          id: 'a2',
          now: time.now(),
        });
        expect(barrier).toMatchObject({ type: 'concurrency-key', max: 1, heldBy: 'a1' });
        expect((await trial.get(store, 'a1')).concurrencyKey).toBe('a\u0002');
        await time.until('it runs again', () => active(worker).includes('a1'), 10 * time.delayMs);
        await time.settle();
        expect(active(worker)).toEqual(['a1', 'b1']);
        await end(trial, worker, 'a1');
        await time.until('the next runs', () => active(worker).includes('a2'));
      });
    }

    test('lets the next one go on when one has failed, was cancelled or was removed', async (trial) => {
      const { time } = trial;
      const { store, worker } = await setUp(trial, ['a1', 'a2', 'a3', 'a4']);
      await time.until('one runs', () => worker.runs.length === 1);
      const later = { runAt: time.now() + 1_000_000, delayMs: 1_000_000 };
      await end(trial, worker, 'a1', { type: 'fail', error, attemptUsed: true });
      await time.until('the second runs', () => active(worker).includes('a2'));
      await end(trial, worker, 'a2', { type: 'retry', error, ...later });
      expect(active(worker)).toEqual([]);
      await store.cancel({ id: 'a2', error });
      await time.until('the third runs', () => active(worker).includes('a3'));
      await end(trial, worker, 'a3', { type: 'snooze', reason: 'snoozed', ...later });
      expect(active(worker)).toEqual([]);
      await store.remove({ ids: ['a3'] });
      await time.until('the last runs', () => active(worker).includes('a4'));
    });

    test('holds a key after a failure that says so, until it is retried or removed', async (trial) => {
      const { time } = trial;
      const { store, worker } = await setUp(trial, ['a1', 'a2', 'a3'], 'hold');
      await time.until('one runs', () => worker.runs.length === 1);
      await end(trial, worker, 'a1', { type: 'fail', error, attemptUsed: true });
      expect(active(worker)).toEqual([]);
      const limits = store.limits as LimitStore;
      const [barrier] = await limits.barriers({ id: 'a2', now: time.now() });
      expect(barrier).toMatchObject({ type: 'concurrency-key', heldBy: 'a1' });
      expect(await store.retry({ ids: ['a1'] })).toBe(1);
      await time.until('it runs again', () => active(worker).includes('a1'));
      await time.settle();
      expect(active(worker)).toEqual(['a1']);
      await end(trial, worker, 'a1');
      await time.until('the second runs', () => active(worker).includes('a2'));
      await end(trial, worker, 'a2', { type: 'fail', error, attemptUsed: true });
      expect(active(worker)).toEqual([]);
      expect(await store.remove({ ids: ['a2'] })).toBe(1);
      await time.until('the third runs', () => active(worker).includes('a3'));
    });

    test('keeps a failed job that holds its key whatever its retention', async (trial) => {
      const { time } = trial;
      const store = await trial.open();
      const worker = await trial.work(store, { run: 'hold', concurrency: 9, ...LIMITS });
      const keepFailed = { ageMs: 1, count: 0 };
      const jobs = [...jobsOf(trial, ['a1', 'a2'], 'hold'), ...jobsOf(trial, ['b1', 'b2'])];
      await trial.add(store, ...jobs.map((job) => ({ ...job, keepFailed })));
      await time.until('two run', () => worker.runs.length === 2);
      const failing = { type: 'fail', error, attemptUsed: true } as const;
      await end(trial, worker, 'a1', failing);
      await end(trial, worker, 'b1', failing);
      await time.until('the other key goes on', () => active(worker).includes('b2'));
      await end(trial, worker, 'b2', failing);
      await time.pass(time.delayMs);
      expect((await trial.get(store, 'a1')).status).toBe('failed');
      expect(active(worker)).toEqual([]);
      expect(await store.get({ id: 'b1' })).toBeUndefined();
    });

    test('gives a job that was lost its place back, before others of its key', async (trial) => {
      const { time } = trial;
      const lockMs = 4 * time.delayMs;
      const dying = await trial.open();
      const lost = await trial.work(dying, { run: 'hold', concurrency: 9, lockMs, ...LIMITS });
      await trial.add(dying, ...jobsOf(trial, ['a1', 'a2']));
      await lost.started();
      const store = await trial.open();
      // Of another job of the key, which came later, the priority is higher.
      const [urgent] = jobsOf(trial, ['a3']) as [NewJob];
      await trial.add(store, { ...urgent, priority: 5 });
      await dying.close({ force: true });
      const options = { run: 'hold', concurrency: 9, lockMs, maxStalledCount: 3 } as const;
      const worker = await trial.work(store, { ...options, ...LIMITS });
      await time.until('one runs', () => worker.runs.length === 1, 10 * lockMs);
      await time.settle();
      expect(active(worker)).toEqual(['a1']);
      await end(trial, worker, 'a1');
      await time.until('the next runs', () => active(worker).includes('a3'));
    });

    test('does not keep a job waiting for the slot that it holds when its payload changes', async (trial) => {
      const { time } = trial;
      const { store, worker } = await setUp(trial, ['a1', 'a2']);
      await time.until('one runs', () => worker.runs.length === 1);
      const runAt = time.now() + 1_000_000;
      await end(trial, worker, 'a1', { type: 'retry', runAt, error, delayMs: 1_000_000 });
      const payload = { value: 'other', version: 1, concurrencyKey: 'a\u0002' };
      await store.updates?.update({ ids: ['a1'], changes: { payload } });
      await time.settle();
      expect(active(worker)).toEqual([]);
      await store.promote({ ids: ['a1'] });
      await time.until('it runs again', () => active(worker).includes('a1'));
      await end(trial, worker, 'a1');
      await time.until('the next runs', () => active(worker).includes('a2'));
      await end(trial, worker, 'a2', { type: 'retry', runAt, error, delayMs: 1_000_000 });
      const moved = { value: 'other', version: 1, concurrencyKey: 'b\u0002' };
      await trial.add(store, ...jobsOf(trial, ['a4']));
      await time.settle();
      expect(active(worker)).toEqual([]);
      await store.updates?.update({ ids: ['a2'], changes: { payload: moved } });
      await time.until('the key that it left is free', () => active(worker).includes('a4'));
    });
  },
};
