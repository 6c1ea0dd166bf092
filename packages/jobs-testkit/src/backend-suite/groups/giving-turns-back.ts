import type { Backend, LimitStore, NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import type { TestWorker } from '../test-worker.ts';

/** How many jobs each of ten keys has, so that a backend plans their turns ahead if it ever does. */
const MANY = 40;

type Fields = Partial<NewJob> & { readonly weight?: number };

/** Makes jobs of a key, whose ids are `<key>1`, `<key>2` and so on. */
function jobsOf(
  trial: BackendTrial,
  fairKey: string,
  count: number,
  fields: Fields = {},
): NewJob[] {
  const { weight, ...rest } = fields;
  const order = { fairKey, ...(weight !== undefined && { weight }) };
  return Array.from({ length: count }, (_, index) =>
    trial.job({ id: `${fairKey}${index + 1}`, order, ...rest }),
  );
}

/** Adds jobs and starts all of them, as many at once as there are slots. The last ones still run, and those that are kept. */
async function startAll(
  trial: BackendTrial,
  backend: Backend,
  jobs: readonly NewJob[],
  { slots = jobs.length, kept = [] }: { readonly slots?: number; readonly kept?: string[] } = {},
): Promise<TestWorker> {
  await trial.add(backend, ...jobs);
  const worker = await trial.work(backend, { run: 'hold', concurrency: slots });
  for (let started = slots; started < jobs.length; ) {
    await worker.started(started - 1);
    const over = worker.active.filter(({ id }) => !kept.includes(id));
    for (const run of over) run.end();
    started = Math.min(jobs.length, started + over.length);
  }
  await worker.started(jobs.length - 1);
  await trial.time.settle();
  return worker;
}

/** Gives the starts of jobs back, one after the other. */
async function giveBack(
  trial: BackendTrial,
  backend: Backend,
  worker: TestWorker,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) {
    worker.active.find((run) => run.id === id)?.endWith({ type: 'unstarted' });
    await trial.reaches(backend, id, 'waiting');
  }
}

/** Ends what runs; returns the order in which the waiting jobs of a paused queue start. */
async function restOf(
  trial: BackendTrial,
  backend: Backend,
  worker: TestWorker,
  count: number,
): Promise<string[]> {
  for (const run of worker.active) run.end();
  await trial.time.until('none runs', async () => (await backend.counts()).active === 0);
  await worker.stop();
  await backend.setPaused({ paused: false });
  const next = await trial.work(backend);
  await next.started(count - 1);
  return next.ids;
}

async function openFair(trial: BackendTrial): Promise<Backend> {
  const backend = await trial.open();
  await backend.orders?.adopt({ order: { policy: 'fair' } });
  return backend;
}

/** A key of a fair order that gives back several starts waits for no turns that its class has forgotten since. */
export const givingTurnsBack: BackendGroup = {
  title: 'giving turns back',
  needs: 'orders',
  tests: (test) => {
    test('lets keys take turns with one whose last starts did not take place', async (trial) => {
      const backend = await openFair(trial);
      const worker = await startAll(trial, backend, jobsOf(trial, 'a', 4));
      await backend.setPaused({ paused: true });
      await trial.add(backend, ...jobsOf(trial, 'b', 3));
      await giveBack(trial, backend, worker, ['a4', 'a3']);
      const expected = ['a3', 'b1', 'a4', 'b2', 'b3'];
      expect(await restOf(trial, backend, worker, 5)).toEqual(expected);
    });

    test('lets several keys take turns with one that gives back three starts', async (trial) => {
      const backend = await openFair(trial);
      const worker = await startAll(trial, backend, jobsOf(trial, 'a', 5));
      await backend.setPaused({ paused: true });
      await giveBack(trial, backend, worker, ['a5']);
      await trial.add(backend, ...jobsOf(trial, 'b', 3), ...jobsOf(trial, 'c', 2));
      await giveBack(trial, backend, worker, ['a4', 'a3']);
      const expected = ['a3', 'b1', 'c1', 'a4', 'b2', 'c2', 'a5', 'b3'];
      expect(await restOf(trial, backend, worker, 8)).toEqual(expected);
    });

    test('lets keys take turns by weight with one whose last starts did not take place', async (trial) => {
      const backend = await openFair(trial);
      const jobs = jobsOf(trial, 'a', 4, { weight: 0.5 });
      const worker = await startAll(trial, backend, jobs);
      await backend.setPaused({ paused: true });
      await trial.add(backend, ...jobsOf(trial, 'b', 3));
      await giveBack(trial, backend, worker, ['a4', 'a3']);
      const expected = ['b1', 'a3', 'b2', 'b3', 'a4'];
      expect(await restOf(trial, backend, worker, 5)).toEqual(expected);
    });

    test('lets no key wait longer because it gives a start back', async (trial) => {
      const backend = await openFair(trial);
      const jobs = jobsOf(trial, 'a', 4, { weight: 0.5 });
      const worker = await startAll(trial, backend, jobs);
      await backend.setPaused({ paused: true });
      await trial.add(backend, ...jobsOf(trial, 'b', 3));
      await giveBack(trial, backend, worker, ['a4']);
      await backend.setPaused({ paused: false });
      expect((await worker.started(4)).id).toBe('b1');
      await backend.setPaused({ paused: true });
      await giveBack(trial, backend, worker, ['a3']);
      expect(await restOf(trial, backend, worker, 4)).toEqual(['a3', 'b2', 'b3', 'a4']);
    });

    test('lets keys take turns with one whose last starts, planned ahead, did not take place', async (trial) => {
      const backend = await openFair(trial);
      const [before, last] = [`a${MANY - 1}`, `a${MANY}`];
      const jobs = [...'acdefghijk'].flatMap((key) => jobsOf(trial, key, MANY));
      const worker = await startAll(trial, backend, jobs, { slots: 10, kept: [before, last] });
      await backend.setPaused({ paused: true });
      await trial.add(backend, ...jobsOf(trial, 'b', 3));
      await giveBack(trial, backend, worker, [last, before]);
      const expected = [before, 'b1', last, 'b2', 'b3'];
      expect(await restOf(trial, backend, worker, 5)).toEqual(expected);
    });

    for (const isPerKey of [false, true]) {
      test(
        `lets keys take turns with one whose last limited starts did not take place, ${isPerKey ? 'of several concurrency keys' : 'of one name'}`,
        async (trial) => {
          const backend = await openFair(trial);
          const limits = { concurrency: 4, ...(isPerKey && { concurrencyPerKey: 2 }) };
          await (backend.limits as LimitStore).set({ name: 'job', limits });
          const limited = (key: string, count: number): NewJob[] =>
            jobsOf(trial, key, count).map((job, index) =>
              isPerKey ? { ...job, concurrencyKey: `${index % 2}` } : job,
            );
          const worker = await startAll(trial, backend, limited('a', 4));
          await backend.setPaused({ paused: true });
          await trial.add(backend, ...limited('b', 3));
          await giveBack(trial, backend, worker, ['a4', 'a3']);
          const expected = ['a3', 'b1', 'a4', 'b2', 'b3'];
          expect(await restOf(trial, backend, worker, 5)).toEqual(expected);
        },
        { needs: 'limits' },
      );
    }
  },
};
