import type { MaybePromise, RateLimiter } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';

async function limiters(trial: BackendTrial, count: number): Promise<RateLimiter[]> {
  const backends = await Promise.all(Array.from({ length: count }, () => trial.open()));
  return backends.map((backend) => backend.limiter as RateLimiter);
}

/** Rate limits hold over all processes, and every call gets a reservation of its own. */
export const limitingRate: BackendGroup = {
  title: 'limiting rates',
  needs: 'rateLimits',
  tests: (test) => {
    const limit = { key: 'mail', max: 3, per: 3_600_000 } as const;

    test('lets the first of a window go ahead, and gives the others the next windows', async (trial) => {
      const [limiter] = (await limiters(trial, 1)) as [RateLimiter];
      const turns: number[] = [];
      const before = trial.time.now();
      for (let call = 0; call < 8; call++) {
        const now = trial.time.now();
        const { waitMs } = await limiter.take({ ...limit, now });
        turns.push(waitMs === 0 ? 0 : Math.floor((now + waitMs - before) / limit.per + 0.01));
      }
      expect(turns).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
    });

    test('shares a limit between processes, also when they ask at once', async (trial) => {
      const shared = await limiters(trial, 4);
      const now = trial.time.now();
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, call) =>
          (shared[call % 4] as RateLimiter).take({ key: 'k', max: 10, per: limit.per, now }),
        ),
      );
      const windows = answers.map(({ waitMs }) => Math.round(waitMs / limit.per));
      for (const window of [0, 1, 2, 3]) {
        expect(windows.filter((found) => found === window)).toHaveLength(10);
      }
    });

    test('gives turns asked for together in the order they were asked for, under each limit', async (trial) => {
      const [limiter] = (await limiters(trial, 1)) as [RateLimiter];
      const now = trial.time.now();
      const take = async (key: string, max: number): Promise<number> =>
        Math.round((await limiter.take({ key, max, per: limit.per, now })).waitMs / limit.per);
      expect(await take('a', 3)).toBe(0);
      const asked = ['a', 'a', 'a', 'b', 'a', 'b', 'b', 'a', 'a', 'a'];
      const windows = await Promise.all(asked.map((key) => take(key, key === 'a' ? 3 : 1)));
      expect(windows).toEqual([0, 0, 1, 0, 1, 1, 2, 1, 2, 2]);
    });

    test('gives back what a job had reserved that goes before it is due', async (trial) => {
      const { time } = trial;
      const backend = await trial.open();
      const { limiter } = backend;
      // A store may leave its reservations to pass unused.
      if (limiter?.giveBack === undefined) return;
      const turn = { key: 'mail', max: 1, per: limit.per } as const;
      const take = (): MaybePromise<{ waitMs: number }> =>
        limiter.take({ ...turn, now: time.now() });
      const worker = await trial.work(backend, { run: 'hold', concurrency: 3 });
      await trial.add(backend, ...trial.jobs('removed', 'cancelled', 'first'));
      await worker.started(2);
      for (const run of [...worker.runs].reverse()) {
        const runAt = time.now() + (await take()).waitMs;
        const snooze = { type: 'snooze', reason: 'rate-limit', runAt, turn: turn.key } as const;
        run.end(run.job.id === 'first' ? undefined : snooze);
      }
      await time.until('both wait', async () => (await backend.counts()).delayed === 2);
      await backend.remove({ ids: ['removed'] });
      await backend.cancel({ id: 'cancelled', error: { name: 'JobsError', message: 'cancelled' } });
      const windows: number[] = [];
      for (let call = 0; call < 3; call++)
        windows.push(Math.round((await take()).waitMs / turn.per));
      expect(windows).toEqual([1, 2, 3]);
    });

    test('counts each key apart', async (trial) => {
      const [limiter] = (await limiters(trial, 1)) as [RateLimiter];
      const now = trial.time.now();
      for (const key of ['a', 'b', 'a:b', 'ab', '']) {
        expect((await limiter.take({ key, max: 1, per: limit.per, now })).waitMs).toBe(0);
        expect((await limiter.take({ key, max: 1, per: limit.per, now })).waitMs).toBeGreaterThan(
          0,
        );
      }
    });

    test('never hands out more turns in a window than allowed, wherever the window begins', async (trial) => {
      const { time } = trial;
      const [limiter] = (await limiters(trial, 1)) as [RateLimiter];
      const per = 2 * time.delayMs;
      // The store gives a turn at some time while it is asked.
      const turns: { readonly from: number; readonly until: number }[] = [];
      for (let call = 0; call < 12; call++) {
        const now = time.now();
        const { waitMs } = await limiter.take({ key: 'k', max: 3, per, now });
        turns.push({ from: now + waitMs, until: time.now() + waitMs });
        if (call % 4 === 3) await time.pass(time.delayMs / 2);
      }
      turns.sort((a, b) => a.from - b.from);
      for (const [index, { from }] of turns.slice(0, -3).entries()) {
        const until = turns[index + 3]?.until ?? 0;
        expect(until - from).toBeGreaterThanOrEqual(per - time.precisionMs);
      }
    });

    test('lets a full window go ahead again after a quiet time', async (trial) => {
      const { time } = trial;
      const [limiter] = (await limiters(trial, 1)) as [RateLimiter];
      const per = time.delayMs;
      const take = async (): Promise<boolean> =>
        (await limiter.take({ key: 'k', max: 2, per, now: time.now() })).waitMs === 0;
      expect([await take(), await take()]).toEqual([true, true]);
      await time.pass(2 * per);
      const from = time.now();
      expect([await take(), await take()]).toEqual([true, true]);
      // A third one goes ahead only where a process that stood still comes in the next window.
      if (await take()) expect(time.now() - from).toBeGreaterThanOrEqual(per - time.precisionMs);
    });
  },
};
