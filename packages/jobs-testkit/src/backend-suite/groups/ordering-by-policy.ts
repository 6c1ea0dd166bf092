import type { QueueOrder } from '@philjs/jobs-core';
import type {
  Backend,
  JobOrder,
  JobUpdate,
  LimitStore,
  NewJob,
  OrderStore,
} from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import type { TestWorker } from '../test-worker.ts';

const AGEING: QueueOrder = { policy: 'ageing', agePerPriority: 1000 };
const error = { name: 'Error', message: 'as the test says' } as const;

async function openIn(trial: BackendTrial, order: QueueOrder): Promise<Backend> {
  const backend = await trial.open();
  await ordersOf(backend).adopt({ order });
  return backend;
}

function ordersOf(backend: Backend): OrderStore {
  return backend.orders as OrderStore;
}

function update(backend: Backend, ids: readonly string[], changes: JobUpdate): Promise<number> {
  return backend.updates?.update({ ids, changes }) ?? Promise.resolve(-1);
}

/** Gives a job another payload, by which it has other facts that orders sort by. */
function rewrite(backend: Backend, id: string, order: JobOrder): Promise<number> {
  return update(backend, [id], { payload: { value: undefined, version: 1, order } });
}

/** Makes jobs of a key, whose ids are `<key>1`, `<key>2` and so on. */
function jobsOf(
  trial: BackendTrial,
  fairKey: string,
  count: number,
  fields: Partial<NewJob> & { readonly weight?: number } = {},
): NewJob[] {
  const { weight, ...rest } = fields;
  const order: JobOrder = { fairKey, ...(weight !== undefined && { weight }) };
  return Array.from({ length: count }, (_, index) =>
    trial.job({ id: `${fairKey}${index + 1}`, order, ...rest }),
  );
}

/** Runs all jobs that are waiting, one after the other; returns their ids. */
async function runAll(trial: BackendTrial, backend: Backend, count: number): Promise<string[]> {
  const worker = await trial.work(backend);
  await trial.time.until(`${count} have run`, () => worker.runs.length >= count);
  await worker.stop();
  return worker.ids;
}

async function holding(trial: BackendTrial, backend: Backend): Promise<TestWorker> {
  return trial.work(backend, { run: 'hold' });
}

/** The waiting jobs of a queue start in its order. */
export const orderingByPolicy: BackendGroup = {
  title: 'ordering by policy',
  needs: 'orders',
  tests: (test) => {
    test('keeps the order that the first process says, until it is changed', async (trial) => {
      const [first, second] = [await trial.open(), await trial.open()];
      expect(await ordersOf(first).read()).toBeUndefined();
      expect(await ordersOf(first).adopt({ order: AGEING })).toEqual(AGEING);
      expect(await ordersOf(second).adopt({ order: { policy: 'fair' } })).toEqual(AGEING);
      expect(await ordersOf(second).read()).toEqual(AGEING);
      await ordersOf(second).set({ order: { policy: 'deadline' } });
      expect(await ordersOf(first).read()).toEqual({ policy: 'deadline' });
    });

    test('gives a job back with the facts that its order sorts by', async (trial) => {
      const backend = await trial.open();
      const order = { fairKey: 'größe', weight: 0.5, deadlineAt: 1_900_000_000_000 };
      await trial.add(backend, trial.job({ id: 'a', order }), trial.job({ id: 'b' }));
      expect((await trial.get(backend, 'a')).order).toEqual(order);
      expect((await trial.get(backend, 'b')).order).toBeUndefined();
      const worker = await trial.work(backend);
      expect((await worker.started()).job.order).toEqual(order);
    });

    test('lets keys take turns in a fair order, however many jobs one of them has', async (trial) => {
      const backend = await openIn(trial, { policy: 'fair' });
      await trial.add(backend, ...jobsOf(trial, 'a', 5));
      await trial.add(backend, ...jobsOf(trial, 'b', 2), ...jobsOf(trial, 'c', 1));
      const expected = ['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4', 'a5'];
      expect(await runAll(trial, backend, 8)).toEqual(expected);
    });

    test('starts a job of a new key after at most one of each other key', async (trial) => {
      const backend = await openIn(trial, { policy: 'fair' });
      await trial.add(backend, ...jobsOf(trial, 'a', 4), ...jobsOf(trial, 'b', 4));
      const worker = await holding(trial, backend);
      for (let run = 0; run < 4; run++) {
        const { [run]: started = await worker.started(run) } = worker.runs;
        if (run === 2) await trial.add(backend, ...jobsOf(trial, 'n', 2));
        started.end();
      }
      (await worker.started(4)).end();
      await worker.started(5);
      expect(worker.ids).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'n1']);
    });

    test('starts jobs of a key in proportion to its weight', async (trial) => {
      const backend = await openIn(trial, { policy: 'fair' });
      await trial.add(backend, ...jobsOf(trial, 'a', 6), ...jobsOf(trial, 'b', 6, { weight: 2 }));
      const first = (await runAll(trial, backend, 12)).slice(0, 9);
      expect(first.filter((id) => id.startsWith('b'))).toHaveLength(6);
    });

    test('puts a higher priority before the turns of a fair order', async (trial) => {
      const backend = await openIn(trial, { policy: 'fair' });
      await trial.add(backend, ...jobsOf(trial, 'a', 2), ...jobsOf(trial, 'b', 2, { priority: 1 }));
      expect(await runAll(trial, backend, 4)).toEqual(['b1', 'b2', 'a1', 'a2']);
    });

    test('charges no turn for a job that goes without a start', async (trial) => {
      const backend = await openIn(trial, { policy: 'fair' });
      await trial.add(backend, ...jobsOf(trial, 'a', 4), ...jobsOf(trial, 'b', 4));
      const worker = await holding(trial, backend);
      const run = await worker.started();
      expect(await backend.remove({ ids: ['b1'] })).toBe(1);
      expect(await backend.cancel({ id: 'b2', error })).toBe('cancelled');
      run.end();
      (await worker.started(1)).endWith({ type: 'unstarted' });
      (await worker.started(2)).end();
      (await worker.started(3)).end();
      await worker.started(4);
      expect(worker.ids).toEqual(['a1', 'b3', 'b3', 'a2', 'b4']);
    });

    test('charges a turn for a retry, behind the other jobs of its key', async (trial) => {
      const backend = await openIn(trial, { policy: 'fair' });
      await trial.add(backend, ...jobsOf(trial, 'a', 2), ...jobsOf(trial, 'b', 1));
      const worker = await holding(trial, backend);
      const runAt = trial.time.now() - 5_000;
      (await worker.started()).end({ type: 'retry', error, runAt });
      for (const run of [1, 2]) (await worker.started(run)).end();
      await worker.started(3);
      expect(worker.ids).toEqual(['a1', 'b1', 'a2', 'a1']);
    });

    test('lets a priority count as an earlier arrival in an ageing order', async (trial) => {
      const backend = await openIn(trial, AGEING);
      const now = trial.time.now();
      const at = (id: string, ago: number, priority: number): NewJob =>
        trial.job({ id, priority, createdAt: now - ago, runAt: now - ago });
      const jobs = [at('old', 30_000, 0), at('high', 20_000, 9), at('higher', 20_000, 11)];
      await trial.add(backend, ...jobs, at('lower', 30_000, -1));
      expect(await runAll(trial, backend, 4)).toEqual(['higher', 'old', 'high', 'lower']);
    });

    test('keeps the place of a job in an ageing order through retries and snoozes', async (trial) => {
      const backend = await openIn(trial, AGEING);
      const now = trial.time.now();
      const old = { createdAt: now - 60_000, runAt: now - 60_000 };
      await trial.add(backend, trial.job({ id: 'old', ...old }));
      const worker = await holding(trial, backend);
      const first = await worker.started();
      const later = { createdAt: now - 30_000, runAt: now - 30_000 };
      await trial.add(backend, ...['x', 'y'].map((id) => trial.job({ id, ...later })));
      first.end({ type: 'retry', error, runAt: now - 5_000 });
      (await worker.started(1)).end({ type: 'snooze', reason: 'snoozed', runAt: now - 5_000 });
      (await worker.started(2)).end();
      await worker.started(3);
      expect(worker.ids).toEqual(['old', 'old', 'old', 'x']);
    });

    test(
      'counts the arrival of a job in an ageing order from when it was put off',
      async (trial) => {
        const backend = await openIn(trial, AGEING);
        const now = trial.time.now();
        const at = (ago: number): Partial<NewJob> => ({ createdAt: now - ago, runAt: now - ago });
        const deduplication = { key: 'key', mode: 'extend' } as const;
        await trial.add(backend, trial.job({ id: 'put-off', ...at(30_000), deduplication }));
        await trial.add(backend, trial.job({ id: 'other', ...at(20_000) }));
        await trial.add(backend, trial.job({ ...at(10_000), deduplication }));
        expect(await runAll(trial, backend, 2)).toEqual(['other', 'put-off']);
      },
      { needs: 'deduplication' },
    );

    test('starts the earliest deadline of a priority first, and jobs without one last', async (trial) => {
      const backend = await openIn(trial, { policy: 'deadline' });
      const by = (id: string, deadlineAt?: number, priority = 0): NewJob =>
        trial.job({ id, priority, ...(deadlineAt !== undefined && { order: { deadlineAt } }) });
      await trial.add(backend, by('none'), by('third', 3e12), by('first', 1e12), by('also', 3e12));
      await trial.add(backend, by('second', 2e12), by('high', 9e12, 1), by('low', 1, -1));
      const expected = ['high', 'first', 'second', 'third', 'also', 'none', 'low'];
      expect(await runAll(trial, backend, 7)).toEqual(expected);
    });

    test('moves the waiting jobs when the order is changed', async (trial) => {
      const backend = await trial.open();
      await trial.add(backend, ...jobsOf(trial, 'a', 3), ...jobsOf(trial, 'b', 1));
      await ordersOf(backend).set({ order: { policy: 'fair' } });
      const worker = await holding(trial, backend);
      (await worker.started()).end();
      (await worker.started(1)).end();
      await worker.started(2);
      expect(worker.ids).toEqual(['a1', 'b1', 'a2']);
      await trial.add(backend, ...jobsOf(trial, 'c', 2));
      await ordersOf(backend).set({ order: { policy: 'fifo' } });
      worker.runs[2]?.end();
      (await worker.started(3)).end();
      await worker.started(4);
      expect(worker.ids.slice(3)).toEqual(['a3', 'c1']);
    });

    for (const policy of ['fair', 'ageing', 'deadline'] as const) {
      test(
        `counts a job of order "${policy}" once whose name was limited while it waited`,
        async (trial) => {
          const backend = await openIn(trial, policy === 'ageing' ? AGEING : { policy });
          const worker = await holding(trial, backend);
          const limits = backend.limits as LimitStore;
          await trial.add(backend, ...jobsOf(trial, 'a', 2));
          const first = await worker.started();
          await limits.set({ name: 'job', limits: { concurrency: 5 } });
          // It starts behind the one above, out of the line of its name.
          await trial.add(backend, ...jobsOf(trial, 'b', 1));
          first.end();
          expect((await worker.started(1)).id).toBe('a2');
          expect(await backend.counts()).toMatchObject({ waiting: 1, active: 1 });
          expect((await trial.get(backend, 'a2')).status).toBe('active');
          expect(await backend.clear({ statuses: ['waiting'] })).toBe(1);
          expect((await trial.get(backend, 'a2')).status).toBe('active');
        },
        { needs: 'limits' },
      );
    }

    for (const policy of ['fair', 'ageing', 'deadline'] as const) {
      test(`puts a job that did not start before later ones in order "${policy}"`, async (trial) => {
        const backend = await openIn(trial, policy === 'ageing' ? AGEING : { policy });
        await trial.add(backend, ...trial.jobs('first', 'second'));
        const worker = await trial.work(backend, { run: 'hold', concurrency: 3 });
        const second = await worker.started(1);
        await trial.time.settle();
        await backend.setPaused({ paused: true });
        await trial.add(backend, ...trial.jobs('third'));
        second.endWith({ type: 'unstarted' });
        worker.active.find(({ id }) => id === 'first')?.end();
        await trial.time.until('none runs', async () => (await backend.counts()).active === 0);
        await backend.setPaused({ paused: false });
        await worker.started(3);
        expect(worker.ids.slice(2)).toEqual(['second', 'third']);
      });
    }

    for (const policy of ['fair', 'ageing'] as const) {
      test(
        `starts jobs of order "${policy}" and of several keys when a limit no longer holds them`,
        async (trial) => {
          const backend = await openIn(trial, policy === 'ageing' ? AGEING : { policy });
          const worker = await trial.work(backend, { run: 'hold', concurrency: 10 });
          const limits = backend.limits as LimitStore;
          const name = 'job';
          const add = (id: string): Promise<unknown> =>
            trial.add(backend, trial.job({ id, name, concurrencyKey: id }));
          await limits.setPaused({ name, paused: true });
          for (const id of ['a', 'b', 'c']) await add(id);
          await trial.time.settle();
          await limits.setPaused({ name, paused: false });
          await worker.started(2);
          await limits.set({ name, limits: { concurrency: 3 } });
          for (const id of ['d', 'e', 'f']) await add(id);
          await trial.time.settle();
          expect(worker.runs).toHaveLength(3);
          await limits.set({ name, limits: { concurrency: null } });
          await worker.started(5);
          expect(worker.ids.slice(3).sort()).toEqual(['d', 'e', 'f']);
        },
        { needs: 'limits' },
      );
    }

    test(
      'lets keys take turns, and jobs of one start as they arrived, when they have other concurrency keys',
      async (trial) => {
        const backend = await openIn(trial, { policy: 'fair' });
        await (backend.limits as LimitStore).set({ name: 'job', limits: { concurrency: 1 } });
        const job = (id: string, concurrencyKey: string): NewJob =>
          trial.job({ id, concurrencyKey, order: { fairKey: id.charAt(0) } });
        await trial.add(backend, job('a1', 'one'), job('a2', 'two'), job('b1', 'three'));
        await trial.add(backend, job('a3', 'one'), job('b2', 'four'), job('c1', 'five'));
        const worker = await trial.work(backend, { run: 'hold', concurrency: 2 });
        for (let run = 0; run < 6; run++) {
          const started = await worker.started(run);
          await trial.time.settle();
          started.end();
        }
        expect(worker.ids).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
      },
      { needs: 'limits' },
    );

    test(
      'lets a job whose key, weight or deadline changes take its place by these',
      async (trial) => {
        const backend = await openIn(trial, { policy: 'fair' });
        await trial.add(backend, ...jobsOf(trial, 'a', 4));
        const worker = await holding(trial, backend);
        const first = await worker.started();
        expect(await rewrite(backend, 'a4', { fairKey: 'b', weight: 2 })).toBe(1);
        expect((await trial.get(backend, 'a4')).order).toEqual({ fairKey: 'b', weight: 2 });
        first.end();
        for (const run of [1, 2]) (await worker.started(run)).end();
        await worker.started(3);
        expect(worker.ids).toEqual(['a1', 'a4', 'a2', 'a3']);
        await trial.add(backend, ...jobsOf(trial, 'c', 2));
        await ordersOf(backend).set({ order: { policy: 'deadline' } });
        expect(await rewrite(backend, 'c2', { deadlineAt: 1_900_000_000_000 })).toBe(1);
        expect(await rewrite(backend, 'c1', {})).toBe(1);
        expect((await trial.get(backend, 'c1')).order).toBeUndefined();
        worker.runs[3]?.end();
        await worker.started(4);
        expect(worker.ids.at(-1)).toBe('c2');
      },
      { needs: 'updates' },
    );

    test(
      'gives a new key no lead when it takes the only waiting job of another',
      async (trial) => {
        const backend = await openIn(trial, { policy: 'fair' });
        await trial.add(backend, ...jobsOf(trial, 'a', 3));
        const worker = await holding(trial, backend);
        (await worker.started()).end();
        const second = await worker.started(1);
        expect(await rewrite(backend, 'a3', { fairKey: 'b', weight: 2 })).toBe(1);
        second.endWith({ type: 'unstarted' });
        (await worker.started(2)).end();
        await worker.started(3);
        expect(worker.ids).toEqual(['a1', 'a2', 'a2', 'a3']);
      },
      { needs: 'updates' },
    );

    test(
      'counts a key no more whose last waiting job got another priority',
      async (trial) => {
        const backend = await openIn(trial, { policy: 'fair' });
        await trial.add(backend, ...jobsOf(trial, 'r', 1));
        const worker = await holding(trial, backend);
        const first = await worker.started();
        await trial.add(backend, ...jobsOf(trial, 'a', 1), ...jobsOf(trial, 'b', 1));
        expect(await update(backend, ['a1'], { priority: -1 })).toBe(1);
        expect(await ordersOf(backend).place({ id: 'b1' })).toMatchObject({ otherKeys: 0 });
        first.end();
        (await worker.started(1)).end();
        await worker.started(2);
        expect(worker.ids).toEqual(['r1', 'b1', 'a1']);
      },
      { needs: 'updates' },
    );

    test('lists the waiting jobs of a fair order by priority and arrival, in pages', async (trial) => {
      const backend = await openIn(trial, { policy: 'fair' });
      await trial.add(backend, ...jobsOf(trial, 'a', 3), ...jobsOf(trial, 'b', 2));
      await trial.add(backend, ...jobsOf(trial, 'h', 1, { priority: 5 }));
      for (const order of ['oldest', 'newest'] as const) {
        const ids: string[] = [];
        let cursor: string | undefined;
        do {
          const after = cursor === undefined ? {} : { cursor };
          const page = await backend.list({ statuses: ['waiting'], order, limit: 2, ...after });
          ids.push(...page.jobs.map(({ id }) => id));
          cursor = page.cursor;
        } while (cursor !== undefined);
        const expected = ['h1', 'a1', 'a2', 'a3', 'b1', 'b2'];
        expect(ids).toEqual(order === 'oldest' ? expected : expected.reverse());
      }
    });

    test('finds the place of a waiting job', async (trial) => {
      const backend = await openIn(trial, { policy: 'fair' });
      await trial.add(backend, ...jobsOf(trial, 'a', 3), ...jobsOf(trial, 'b', 1));
      const place = await ordersOf(backend).place({ id: 'a3' });
      expect(place).toEqual({ order: { policy: 'fair' }, ahead: 2, otherKeys: 1 });
      await backend.cancel({ id: 'a1', error: { name: 'Error', message: '' } });
      for (const id of ['a1', 'nobody'])
        expect(await ordersOf(backend).place({ id })).toBeUndefined();
      await ordersOf(backend).set({ order: AGEING });
      expect(await ordersOf(backend).place({ id: 'b1' })).toEqual({ order: AGEING, ahead: 2 });
    });
  },
};
