import type { WorkerInfo } from '@philjs/jobs-core';
import { type Backend, WORKER_ALIVE_MS } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

/** How long a dead worker may be listed, in milliseconds: a store may need a moment more. */
const FORGOTTEN_AFTER_MS = WORKER_ALIVE_MS + 5_000;
/** How long a request to a worker may take, in milliseconds. */
const HEARD_AFTER_MS = 20_000;

async function ids(backend: Backend): Promise<string[]> {
  return ((await backend.workers?.list()) ?? []).map((worker) => worker.id);
}

function remote(id: string, startedAt: number): WorkerInfo {
  return { id, host: 'elsewhere', pid: 7, concurrency: 1, jobs: { job: 1 }, startedAt };
}

/** Every process sees which workers are alive. */
export const listingWorkers: BackendGroup = {
  title: 'listing workers',
  needs: 'workers',
  tests: (test) => {
    test('lists the workers of all processes, oldest first', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      expect(await ids(one)).toEqual([]);
      const first = await trial.work(one, { concurrency: 7 });
      await trial.time.pass(20);
      const second = await trial.work(other);
      expect(await ids(one)).toEqual([first.id, second.id]);
      expect(await ids(other)).toEqual([first.id, second.id]);
      const [seen] = (await other.workers?.list()) ?? [];
      expect(seen).toMatchObject({
        host: 'suite',
        pid: process.pid,
        concurrency: 7,
        jobs: { job: 1 },
      });
      expect(seen?.seenAt).toBeGreaterThanOrEqual((seen?.startedAt ?? 0) - trial.time.precisionMs);
    });

    test('lists workers that started together by their ids', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const startedAt = trial.time.now();
      for (const id of ['b', '\uff5e', '\u{1f600}', 'a', 'B']) {
        await trial.work(one, { id, startedAt });
        await trial.time.pass(20);
      }
      const expected = ['B', 'a', 'b', '\u{1f600}', '\uff5e'];
      expect(await ids(one)).toEqual(expected);
      expect(await ids(other)).toEqual(expected);
    });

    test('forgets a worker that stopped, or whose backend was closed', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const first = await trial.work(one);
      const second = await trial.work(one);
      await trial.time.finish('it stops', first.stop(0));
      expect(await ids(other)).toEqual([second.id]);
      await trial.time.finish('it closes', one.close());
      expect(await ids(other)).toEqual([]);
    });

    test(
      'forgets a worker half a minute after its last sign of life, and no living one',
      async (trial) => {
        const [one, other] = [await trial.open(), await trial.open()];
        await trial.work(one);
        const alive = await trial.work(other);
        await one.close({ force: true });
        const isForgotten = async (): Promise<boolean> => (await ids(other)).length === 1;
        if (trial.time.isVirtual) await trial.time.pass(FORGOTTEN_AFTER_MS);
        else await trial.time.until('it is forgotten', isForgotten, FORGOTTEN_AFTER_MS);
        expect(await ids(other)).toEqual([alive.id]);
      },
      { timeout: 360_000 },
    );

    test(
      'asks a worker of another process to be quiet or to stop, and says so in the list',
      async (trial) => {
        const [one, other] = [await trial.open(), await trial.open()];
        const [worker, bystander] = [await trial.work(one), await trial.work(one)];
        const ask = (id: string, request: 'quiet' | 'stop'): Promise<boolean> | undefined =>
          other.workers?.ask({ id, request });
        const hears = async (count: number): Promise<void> => {
          if (trial.time.isVirtual) await trial.time.pass(HEARD_AFTER_MS);
          else
            await trial.time.until('it hears', () => worker.asked.length === count, HEARD_AFTER_MS);
        };
        expect(await ask('nobody', 'stop')).toBe(false);
        expect(await ask(worker.id, 'quiet')).toBe(true);
        expect(await ask(worker.id, 'quiet')).toBe(true);
        await hears(1);
        const listed = (await one.workers?.list()) ?? [];
        expect(new Map(listed.map(({ id, asked }) => [id, asked]))).toEqual(
          new Map([
            [worker.id, 'quiet'],
            [bystander.id, undefined],
          ]),
        );
        expect(await ask(worker.id, 'stop')).toBe(true);
        await hears(2);
        expect([worker.asked, bystander.asked]).toEqual([['quiet', 'stop'], []]);
        await trial.time.finish('it stops', worker.stop(0));
        expect(await ask(worker.id, 'stop')).toBe(false);
      },
      { timeout: 360_000 },
    );

    test(
      'lists the workers of a server as long as it says that they live, if it hands out leases',
      async (trial) => {
        const [one, other] = [await trial.open(), await trial.open()];
        const { see, forget } = one.workers ?? {};
        if (one.leases === undefined) return expect(see).toBe(undefined);
        const startedAt = trial.time.now();
        const [a, b] = [remote('a', startedAt), remote('b', startedAt)];
        const say = (...workers: WorkerInfo[]) => see?.call(one.workers, { workers });
        expect(await say(a, b)).toEqual([undefined, undefined]);
        expect(await ids(other)).toEqual(['a', 'b']);
        expect(await other.workers?.ask({ id: 'b', request: 'quiet' })).toBe(true);
        expect(await say(a, b)).toEqual([undefined, 'quiet']);
        await forget?.call(one.workers, { id: 'b' });
        expect(await ids(other)).toEqual(['a']);
        const isForgotten = async (): Promise<boolean> => (await ids(other)).length === 0;
        if (trial.time.isVirtual) await trial.time.pass(FORGOTTEN_AFTER_MS);
        else await trial.time.until('it is forgotten', isForgotten, FORGOTTEN_AFTER_MS);
        expect(await ids(other)).toEqual([]);
        expect(await say(b)).toEqual([undefined]);
      },
      { timeout: 360_000 },
    );

    test('goes on listing a worker that is idle for hours', async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const worker = await trial.work(one, { lockMs: trial.time.lockMs });
      await trial.time.pass(trial.time.isVirtual ? 6 * 3_600_000 : 2 * trial.time.lockMs);
      expect(await ids(other)).toEqual([worker.id]);
    });
  },
};
