import type { JobLimits } from '@philjs/jobs-core';
import type { Backend, LimitStore, NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import type { TestWorker, WorkOptions } from '../test-worker.ts';

const ALL = '\u0001api';
const NAMES = ['call', 'mail', 'sync'];

/** Makes the key under the shared limit, as core does. */
function keyed(key: string): string {
  return `${ALL}\u0001${key}`;
}

/** Says what a worker publishes whose jobs share a limit: nothing of their names but that they have limits. */
function shared(of: JobLimits): Pick<WorkOptions, 'limits'> {
  return {
    limits: new Map([...NAMES.map((name): [string, JobLimits] => [name, {}]), [ALL, of]]),
  };
}

/** Makes jobs by their ids, each of a name of its own in turn, with the key that a function makes of the id. */
function jobsOf(
  trial: BackendTrial,
  ids: readonly string[],
  facts: (id: string) => Partial<NewJob>,
): NewJob[] {
  return ids.map((id, index) => trial.job({ id, name: NAMES[index % 3] as string, ...facts(id) }));
}

async function workersOf(trial: BackendTrial, count: number, options: WorkOptions) {
  const backends: Backend[] = [];
  for (let made = 0; made < count; made++) backends.push(await trial.open());
  const workers = await Promise.all(backends.map((backend) => trial.work(backend, options)));
  const active = (): string[] => workers.flatMap((worker) => worker.active.map(({ id }) => id));
  const runs = (): number => workers.reduce((sum, worker) => sum + worker.runs.length, 0);
  return { store: backends[0] as Backend, workers, active, runs };
}

function end(workers: readonly TestWorker[], id: string): void {
  for (const worker of workers) worker.active.find((run) => run.id === id)?.end();
}

/** Jobs of several names share a limit: it counts by the owner of their keys, and not by their names. */
export const sharingLimits: BackendGroup = {
  title: 'sharing limits',
  needs: 'sharedLimits',
  tests: (test) => {
    test('runs no more jobs at once than a shared limit allows, whatever their names and workers', async (trial) => {
      const { time } = trial;
      const limits = shared({ concurrencyPerKey: 2 });
      const found = await workersOf(trial, 3, { run: 'hold', concurrency: 4, ...limits });
      const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
      await trial.add(found.store, ...jobsOf(trial, ids, () => ({ concurrencyKey: ALL })));
      for (let ended = 0; ended < 6; ended++) {
        const most = Math.min(2, 6 - ended);
        await time.until(`${ended + most} have started`, () => found.runs() === ended + most);
        await time.settle();
        expect(found.active()).toHaveLength(most);
        end(found.workers, found.active()[0] as string);
        await time.until(
          'one has ended',
          () => found.active().length !== most || found.runs() > ended + most,
        );
      }
    });

    test('counts each key of a shared limit apart, and jobs without such a key not at all', async (trial) => {
      const { time } = trial;
      const limits = shared({ concurrencyPerKey: 1 });
      const found = await workersOf(trial, 1, { run: 'hold', concurrency: 9, ...limits });
      const ids = ['a1', 'a2', 'b1', 'a3', 'b2', 'x1', 'x2', 'x3'];
      const key = (id: string): Partial<NewJob> =>
        id.startsWith('x')
          ? { concurrencyKey: id.charAt(0) }
          : { concurrencyKey: keyed(id.charAt(0)) };
      await trial.add(found.store, ...jobsOf(trial, ids, key));
      await time.until('five have started', () => found.runs() === 5);
      await time.settle();
      expect(found.active().sort()).toEqual(['a1', 'b1', 'x1', 'x2', 'x3']);
      end(found.workers, 'b1');
      await time.until('the next has started', () => found.active().includes('b2'));
      await time.settle();
      expect(found.active()).not.toContain('a2');
      end(found.workers, 'a1');
      await time.until('the next has started', () => found.active().includes('a2'));
    });

    test('keeps the limit of a name beside one that it shares', async (trial) => {
      const { time } = trial;
      const { limits } = shared({ concurrencyPerKey: 3 });
      const both = new Map([...(limits ?? []), ['call', { concurrency: 1 }]]);
      const found = await workersOf(trial, 1, { run: 'hold', concurrency: 9, limits: both });
      const call = (id: string): NewJob => trial.job({ id, name: 'call', concurrencyKey: ALL });
      const mail = (id: string): NewJob => trial.job({ id, name: 'mail', concurrencyKey: ALL });
      await trial.add(found.store, call('a'), call('b'), mail('c'), mail('d'), mail('e'));
      await time.until('three have started', () => found.runs() === 3);
      await time.settle();
      expect(found.active().sort()).toEqual(['a', 'c', 'd']);
      end(found.workers, 'a');
      await time.until('the next has started', () => found.runs() === 4);
      expect(found.active()).toContain('b');
    });

    test('starts no more jobs in a window than a shared rate allows, and says by when they must', async (trial) => {
      const { time } = trial;
      const rate = { max: 2, per: 4 * time.delayMs };
      const found = await workersOf(trial, 2, { concurrency: 4, ...shared({ rate }) });
      const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
      await trial.add(found.store, ...jobsOf(trial, ids, () => ({ rateKey: ALL })));
      await time.until('all have run', () => found.runs() === 6, 4 * rate.per);
      const runs = found.workers.flatMap((worker) => worker.runs);
      const times = runs.map(({ job }) => job.processedAt ?? 0).sort((a, b) => a - b);
      for (let first = 0; first + 2 < times.length; first++) {
        const window = (times[first + 2] as number) - (times[first] as number);
        expect(window).toBeGreaterThanOrEqual(rate.per - time.precisionMs);
      }
      for (const { startBy } of runs) expect(startBy).toBeDefined();
    });

    test('gives a start under a shared rate back that never ran, to a job of another name', async (trial) => {
      const { time } = trial;
      const rate = { max: 1, per: 1_000 * time.delayMs };
      const found = await workersOf(trial, 1, { run: 'hold', concurrency: 2, ...shared({ rate }) });
      const [worker] = found.workers as [TestWorker];
      const jobs = jobsOf(trial, ['a', 'b', 'c'], () => ({ rateKey: keyed('k') }));
      await trial.add(found.store, ...jobs);
      const first = await worker.started();
      expect(first.id).toBe('a');
      await found.store.setPaused({ paused: true });
      first.endWith({ type: 'unstarted' });
      await trial.reaches(found.store, 'a', 'waiting');
      await found.store.remove({ ids: ['a'] });
      await found.store.setPaused({ paused: false });
      expect((await worker.started(1)).id).toBe('b');
      await time.settle();
      expect(worker.runs).toHaveLength(2);
    });

    test('takes a job that is given back into the shared limit of the keys it is given back with', async (trial) => {
      const { time } = trial;
      const limits = shared({ concurrencyPerKey: 1 });
      const found = await workersOf(trial, 1, { run: 'hold', concurrency: 2, ...limits });
      const [worker] = found.workers as [TestWorker];
      await trial.add(found.store, trial.job({ id: 'a', name: 'call', concurrencyKey: ALL }));
      await worker.started();
      await trial.add(found.store, trial.job({ id: 'b', name: 'mail' }));
      (await worker.started(1)).endWith({ type: 'unstarted', keys: { concurrencyKey: ALL } });
      await trial.reaches(found.store, 'b', 'waiting');
      await time.settle();
      expect(found.active()).toEqual(['a']);
      end(found.workers, 'a');
      expect((await worker.started(2)).id).toBe('b');
    });

    for (const policy of ['fifo', 'fair', 'deadline'] as const) {
      test(
        `passes a free place on where the first in line is held by its own name (${policy})`,
        async (trial) => {
          const { time } = trial;
          const { limits } = shared({ concurrencyPerKey: 1 });
          const both = new Map([...(limits ?? []), ['call', { concurrency: 1 }]]);
          const found = await workersOf(trial, 1, { run: 'hold', concurrency: 9, limits: both });
          await found.store.orders?.adopt({ order: { policy } });
          const job = (id: string, name: string, of: Partial<NewJob>): NewJob =>
            trial.job({ id, name, ...of });
          const inLine = { concurrencyKey: ALL };
          await trial.add(found.store, job('alone', 'call', {}), job('first', 'mail', inLine));
          await time.until('both have started', () => found.runs() === 2);
          const waiting = [job('held', 'call', inLine), job('next', 'mail', inLine)];
          await trial.add(found.store, ...waiting, job('last', 'sync', inLine));
          await time.settle();
          expect(found.runs()).toBe(2);
          end(found.workers, 'first');
          await time.until('the next has started', () => found.runs() === 3);
          await time.settle();
          expect(found.active().sort()).toEqual(['alone', 'next']);
          end(found.workers, 'alone');
          await time.settle();
          expect(found.active()).toEqual(['next']);
          end(found.workers, 'next');
          await time.until('the one that was held has started', () => found.runs() === 4);
          expect(found.active()).toEqual(['held']);
        },
        { needs: 'orders' },
      );
    }

    test('passes a free place and a free start on where the first in line is paused', async (trial) => {
      const { time } = trial;
      const limits = shared({ concurrencyPerKey: 1 });
      const found = await workersOf(trial, 1, { run: 'hold', concurrency: 9, ...limits });
      const jobs = jobsOf(trial, ['a', 'b', 'c'], () => ({ concurrencyKey: ALL }));
      await trial.add(found.store, ...jobs);
      await time.until('the first has started', () => found.runs() === 1);
      await time.settle();
      await (found.store.limits as LimitStore).setPaused({ name: 'mail', paused: true });
      await time.settle();
      end(found.workers, 'a');
      await time.until('the one behind has started', () => found.runs() === 2);
      expect(found.active()).toEqual(['c']);
    });

    test('frees the place of a worker that died', async (trial) => {
      const { time } = trial;
      const limits = shared({ concurrencyPerKey: 1 });
      const lockMs = 4 * time.delayMs;
      const dying = await trial.open();
      const lost = await trial.work(dying, { run: 'hold', concurrency: 1, lockMs, ...limits });
      const jobs = jobsOf(trial, ['a', 'b'], () => ({ concurrencyKey: ALL }));
      await trial.add(dying, ...jobs);
      await lost.started();
      const store = await trial.open();
      const worker = await trial.work(store, { run: 'hold', concurrency: 2, lockMs, ...limits });
      await time.settle();
      expect(worker.runs).toHaveLength(0);
      await dying.close({ force: true });
      await time.until('another has started', () => worker.runs.length === 1, 10 * lockMs);
      await time.settle();
      expect(worker.active).toHaveLength(1);
    });

    test('changes a shared limit at once, by the name that the store keeps it by', async (trial) => {
      const { time } = trial;
      const published = shared({ concurrencyPerKey: 1 });
      const found = await workersOf(trial, 2, { run: 'hold', concurrency: 9, ...published });
      const limits = found.store.limits as LimitStore;
      const ids = ['a', 'b', 'c', 'd', 'e'];
      await trial.add(
        found.store,
        ...jobsOf(trial, ids, (id) => ({ concurrencyKey: id === 'e' ? keyed('k') : ALL })),
      );
      await time.until('two have started', () => found.runs() === 2);
      await limits.set({ name: ALL, limits: { concurrencyPerKey: 3 } });
      await time.until('four have started', () => found.runs() === 4);
      await time.settle();
      expect(found.runs()).toBe(4);
      expect(await limits.read({ name: ALL })).toMatchObject({
        limits: { concurrencyPerKey: 3 },
        published: { concurrencyPerKey: 1 },
      });
      await limits.set({ name: ALL, limits: { concurrencyPerKey: null } });
      await time.until('all have started', () => found.runs() === 5);
      const before = { concurrencyPerKey: 1 };
      expect(await limits.publish({ limits: new Map([[ALL, { concurrencyPerKey: 2 }]]) })).toEqual([
        { name: ALL, before },
      ]);
    });

    test('raises a shared rate at once, counting the starts of before', async (trial) => {
      const { time } = trial;
      const per = 1_000 * time.delayMs;
      const found = await workersOf(trial, 2, {
        concurrency: 9,
        ...shared({ rate: { max: 1, per } }),
      });
      const limits = found.store.limits as LimitStore;
      const jobs = jobsOf(trial, ['a', 'b', 'c', 'd'], () => ({ rateKey: ALL }));
      await trial.add(found.store, ...jobs);
      await time.until('one has started', () => found.runs() === 1);
      await limits.set({ name: ALL, limits: { rate: { max: 3, per } } });
      await time.until('three have started', () => found.runs() === 3);
      await time.settle();
      expect(found.runs()).toBe(3);
    });

    test('holds back all jobs that share the limit of the one whose handler asks for that', async (trial) => {
      const { time } = trial;
      for (const field of ['rateKey', 'concurrencyKey'] as const) {
        const found = await workersOf(trial, 1, { run: 'hold', concurrency: 1, ...shared({}) });
        const [worker] = found.workers as [TestWorker];
        const limits = found.store.limits as LimitStore;
        const ids = [`${field}1`, `${field}2`];
        await trial.add(found.store, ...jobsOf(trial, ids, () => ({ [field]: keyed(field) })));
        const first = await worker.started();
        const held = { lease: first.lease, ms: 1_000_000, now: time.now() };
        expect(await limits.holdBack(held)).toBe(true);
        first.end();
        await trial.reaches(found.store, first.id, 'completed');
        await time.settle();
        expect(worker.runs).toHaveLength(1);
        const other = ids.find((id) => id !== first.id) as string;
        const [barrier] = await limits.barriers({ id: other, now: time.now() });
        expect(barrier?.type).toBe('held-back');
        await worker.stop();
      }
    });

    test('says which shared limit keeps a job waiting', async (trial) => {
      const { time } = trial;
      const per = 1_000 * time.delayMs;
      const found = await workersOf(trial, 1, {
        ...{ run: 'hold', concurrency: 9 },
        limits: new Map<string, JobLimits>([
          ...NAMES.map((name): [string, JobLimits] => [name, {}]),
          [ALL, { concurrencyPerKey: 1 }],
          ['\u0001rated', { rate: { max: 1, per } }],
        ]),
      });
      const facts = { concurrencyKey: ALL, rateKey: '\u0001rated' };
      await trial.add(found.store, ...jobsOf(trial, ['a', 'b'], () => facts));
      await time.until('one has started', () => found.runs() === 1);
      await time.settle();
      const limits = found.store.limits as LimitStore;
      expect(await limits.barriers({ id: 'b', now: time.now() })).toMatchObject([
        { type: 'rate', max: 1 },
        { type: 'concurrency-key', max: 1 },
      ]);
    });
  },
};
