import type { JobLimits } from '@philjs/jobs-core';
import type { Backend, LimitStore } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import type { TestWorker } from '../test-worker.ts';

const NAME = 'limited';

/** Opens a backend with a worker that keeps its jobs active, and its limits. */
async function setUp(
  trial: BackendTrial,
  published?: JobLimits,
): Promise<{ backend: Backend; limits: LimitStore; worker: TestWorker }> {
  const backend = await trial.open();
  const limits = backend.limits as LimitStore;
  if (published !== undefined) await limits.publish({ limits: new Map([[NAME, published]]) });
  const worker = await trial.work(backend, { run: 'hold', concurrency: 20 });
  return { backend, limits, worker };
}

async function addLimited(trial: BackendTrial, backend: Backend, ...ids: readonly string[]) {
  await trial.add(backend, ...ids.map((id) => trial.job({ id, name: NAME })));
}

/** Limits live in the store, and a change takes effect immediately. */
export const changingLimits: BackendGroup = {
  title: 'changing limits',
  needs: 'limits',
  tests: (test) => {
    test('holds all workers to what was published last, and says what that replaced', async (trial) => {
      const { backend, limits, worker } = await setUp(trial, { concurrency: 1 });
      const other = (await trial.open()).limits as LimitStore;
      await addLimited(trial, backend, 'a', 'b', 'c', 'd');
      await worker.started();
      await trial.time.settle();
      expect(worker.runs).toHaveLength(1);
      const publish = (store: LimitStore, of: JobLimits | undefined) =>
        store.publish({ limits: new Map([[NAME, of]]) });
      expect(await publish(other, { concurrency: 1 })).toEqual([]);
      expect(await publish(other, { concurrency: 2 })).toEqual([
        { name: NAME, before: { concurrency: 1 } },
      ]);
      await worker.started(1);
      await trial.time.settle();
      expect(worker.runs).toHaveLength(2);
      expect(await publish(limits, undefined)).toEqual([
        { name: NAME, before: { concurrency: 2 } },
      ]);
      await worker.started(3);
      expect(await publish(other, { concurrency: 5 })).toEqual([{ name: NAME, before: {} }]);
      const unknown = new Map([['other', { concurrency: 1 }]]);
      expect(await limits.publish({ limits: unknown })).toEqual([]);
    });

    test('remembers that none were published for a name whose limits were set', async (trial) => {
      const { limits } = await setUp(trial);
      await limits.set({ name: NAME, limits: { concurrency: 3 } });
      expect(await limits.publish({ limits: new Map([[NAME, undefined]]) })).toEqual([]);
      const published = new Map([[NAME, { concurrency: 2 }]]);
      expect(await limits.publish({ limits: published })).toEqual([{ name: NAME, before: {} }]);
    });

    test('keeps what was set in place of that until it is taken back', async (trial) => {
      const { backend, limits, worker } = await setUp(trial, { concurrency: 1 });
      await addLimited(trial, backend, 'a', 'b', 'c', 'd', 'e');
      await worker.started();
      await limits.set({ name: NAME, limits: { concurrency: 3 } });
      await worker.started(2);
      await limits.publish({ limits: new Map([[NAME, { concurrency: 2 }]]) });
      await trial.time.settle();
      expect(worker.runs).toHaveLength(3);
      expect(await limits.read({ name: NAME })).toMatchObject({
        limits: { concurrency: 3 },
        published: { concurrency: 2 },
        override: { concurrency: 3 },
        paused: false,
      });
      await limits.set({ name: NAME, limits: undefined });
      for (const run of worker.active.slice(0, 2)) run.end();
      await worker.started(3);
      await trial.time.settle();
      expect(worker.active).toHaveLength(2);
      await limits.set({ name: NAME, limits: { concurrency: null } });
      await worker.started(4);
    });

    test('raises and lowers a rate at once, counting the starts of before', async (trial) => {
      const { time } = trial;
      const per = 1_000 * time.delayMs;
      const { backend, limits, worker } = await setUp(trial, { rate: { max: 2, per } });
      await addLimited(trial, backend, 'a', 'b', 'c', 'd', 'e');
      await worker.started(1);
      await limits.set({ name: NAME, limits: { rate: { max: 3, per } } });
      await worker.started(2);
      await limits.set({ name: NAME, limits: { rate: { max: 1, per } } });
      await time.settle();
      expect(worker.runs).toHaveLength(3);
      await limits.set({ name: NAME, limits: { rate: { max: 4, per } } });
      await worker.started(3);
      await time.settle();
      expect(worker.runs).toHaveLength(4);
      await limits.set({ name: NAME, limits: { rate: null } });
      await worker.started(4);
    });

    test('frees the slots of a key and of a name that end while their limit is lifted', async (trial) => {
      const published = { concurrency: 2, concurrencyPerKey: 1 };
      const { backend, limits, worker } = await setUp(trial, published);
      const add = (id: string, concurrencyKey: string): Promise<unknown> =>
        trial.add(backend, trial.job({ id, name: NAME, concurrencyKey }));
      await add('a', 'k');
      await add('b', 'l');
      await worker.started(1);
      await limits.set({ name: NAME, limits: { concurrency: null, concurrencyPerKey: null } });
      for (const run of worker.active) run.end();
      await trial.reaches(backend, 'a', 'completed');
      await trial.reaches(backend, 'b', 'completed');
      await limits.set({ name: NAME, limits: undefined });
      await add('c', 'k');
      await add('d', 'l');
      await worker.started(3);
      expect(worker.active.map(({ id }) => id)).toEqual(['c', 'd']);
    });

    test('gives every change another revision', async (trial) => {
      const { limits } = await setUp(trial);
      const revisions = new Set<number>();
      const note = async (): Promise<void> => {
        revisions.add((await limits.read({ name: NAME })).revision);
      };
      await note();
      await limits.publish({ limits: new Map([[NAME, { concurrency: 1 }]]) });
      await note();
      await limits.set({ name: NAME, limits: { concurrency: 2 } });
      await note();
      await limits.setPaused({ name: NAME, paused: true });
      await note();
      expect(revisions.size).toBe(4);
      const sorted = [...revisions].sort((a, b) => a - b);
      expect([...revisions]).toEqual(sorted);
    });

    test('starts no job of a paused name, and those of others', async (trial) => {
      const { backend, limits, worker } = await setUp(trial);
      await addLimited(trial, backend, 'a');
      await worker.started();
      await limits.setPaused({ name: NAME, paused: true });
      await addLimited(trial, backend, 'b', 'c');
      await trial.add(backend, trial.job({ id: 'other' }));
      await worker.started(1);
      await trial.time.settle();
      expect(worker.ids).toEqual(['a', 'other']);
      expect((await limits.read({ name: NAME })).paused).toBe(true);
      expect(await backend.isPaused()).toBe(false);
      await limits.setPaused({ name: NAME, paused: false });
      await worker.started(3);
      expect(worker.ids).toEqual(['a', 'other', 'b', 'c']);
    });

    const lines = [
      [
        'rate key',
        { rateKey: 'r', concurrencyKey: 'x' },
        { rateKey: 'r' },
        { concurrencyKey: 'x' },
      ],
      ['concurrency key', { concurrencyKey: 'c' }, { concurrencyKey: 'c' }, { rateKey: 'c' }],
      ['name', {}, { rateKey: 'r' }, undefined],
    ] as const;
    for (const [what, keys, same, others] of lines) {
      test(`holds back the jobs of the same ${what}, and those alone`, async (trial) => {
        const { time } = trial;
        const { backend, limits, worker } = await setUp(trial, { concurrency: 100 });
        await trial.add(backend, trial.job({ name: NAME, ...keys }));
        const run = await worker.started();
        // So long that no busy machine is late enough to see the end of it.
        const held = { lease: run.lease, ms: 1_000_000, now: time.now() };
        expect(await limits.holdBack(held)).toBe(true);
        const job = (id: string, more: object) => trial.job({ id, name: NAME, ...more });
        await trial.add(backend, job('same', same), trial.job({ id: 'other' }));
        if (others !== undefined) await trial.add(backend, job('others', others));
        run.end();
        const before = others === undefined ? ['other'] : ['other', 'others'];
        await worker.started(before.length);
        await time.settle();
        expect(worker.ids.slice(1)).toEqual(before);
        await trial.reaches(backend, run.id, 'completed');
        expect(await limits.holdBack({ ...held, ms: 1 })).toBe(false);
      });

      test(`holds back the jobs of the same ${what} for as long as is asked by a lease that is held`, async (trial) => {
        const { time } = trial;
        const { backend, limits, worker } = await setUp(trial, { concurrency: 100 });
        await trial.add(backend, trial.job({ name: NAME, ...keys }));
        const run = await worker.started();
        const held = { lease: run.lease, ms: 2 * time.delayMs, now: time.now() };
        const other = { ...run.lease, fencingToken: run.lease.fencingToken + 1 };
        expect(await limits.holdBack({ ...held, lease: other, ms: 1_000_000 })).toBe(false);
        expect(await limits.holdBack(held)).toBe(true);
        await trial.add(backend, trial.job({ name: NAME, ...same }));
        run.end();
        await time.until('it is over', () => worker.runs.length === 2, 3 * time.delayMs);
        const waited = (worker.runs[1]?.startedAt ?? 0) - held.now;
        expect(waited).toBeGreaterThanOrEqual(held.ms - time.precisionMs);
      });
    }

    test('holds jobs back as long as was asked, also when a shorter time is asked for later', async (trial) => {
      const { time } = trial;
      const { backend, limits, worker } = await setUp(trial, { concurrency: 100 });
      await trial.add(backend, trial.job({ name: NAME, rateKey: 'r' }));
      const run = await worker.started();
      const held = { lease: run.lease, ms: 2 * time.delayMs, now: time.now() };
      expect(await limits.holdBack(held)).toBe(true);
      expect(await limits.holdBack({ ...held, ms: 1, now: time.now() })).toBe(true);
      await trial.add(backend, trial.job({ name: NAME, rateKey: 'r' }));
      const next = await worker.started(1);
      expect(next.startedAt - held.now).toBeGreaterThanOrEqual(held.ms - time.precisionMs);
    });

    test('says what a job waits for', async (trial) => {
      const { time } = trial;
      const rate = { max: 1, per: 1_000 * time.delayMs };
      const all = { concurrency: 1, concurrencyPerKey: 1, rate };
      const { backend, limits, worker } = await setUp(trial, all);
      const keys = { concurrencyKey: 'k', rateKey: 'r' };
      await trial.add(backend, trial.job({ id: 'first', name: NAME, ...keys }));
      const run = await worker.started();
      await trial.add(
        backend,
        trial.job({ id: 'same', name: NAME, ...keys }),
        trial.job({ id: 'free', name: NAME }),
        trial.job({ id: 'other' }),
      );
      const typesOf = async (id: string): Promise<string[]> => {
        const found = await limits.barriers({ id, now: time.now() });
        return found.map(({ type }) => type).sort();
      };
      expect(await typesOf('same')).toEqual(['concurrency', 'concurrency-key', 'rate']);
      expect(await typesOf('free')).toEqual(['concurrency']);
      const barriers = await limits.barriers({ id: 'same', now: time.now() });
      const { until = 0 } = barriers.find(({ type }) => type === 'rate') ?? {};
      const { processedAt = 0 } = run.job;
      expect(Math.abs(until - processedAt - rate.per)).toBeLessThanOrEqual(time.precisionMs);
      await limits.setPaused({ name: NAME, paused: true });
      await limits.holdBack({ lease: run.lease, ms: rate.per, now: time.now() });
      run.end();
      await trial.reaches(backend, 'first', 'completed');
      expect(await typesOf('same')).toEqual(['held-back', 'paused', 'rate']);
      expect(await typesOf('first')).toEqual([]);
      expect(await typesOf('nowhere')).toEqual([]);
    });
  },
};
