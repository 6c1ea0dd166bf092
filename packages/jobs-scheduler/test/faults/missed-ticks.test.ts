import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue, type IQueue } from '@philjs/jobs-core';
import { redisBackend } from '@philjs/jobs-redis';
import { RedisServer } from '@philjs/jobs-testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CatchUp, Scheduler } from '../../src/index.ts';
import { ForkedScheduler } from './forked-scheduler.ts';

const HOUR = 3_600_000;
const POLICIES: readonly CatchUp[] = ['skip', 'one', 'all'];
const schedules = POLICIES.map((catchUp) => ({ id: catchUp, cron: '* * * * * *', catchUp }));

describe('a process whose ticks pass it by', () => {
  let server: RedisServer;
  let queue: IQueue;
  let scheduler: Scheduler;
  let processes: ForkedScheduler[];

  beforeEach(async () => {
    server = await RedisServer.start();
    queue = createQueue({ name: 'faults', backend: redisBackend({ redis: server.url }) });
    scheduler = new Scheduler(queue);
    processes = [];
  });

  afterEach(async () => {
    for (const one of processes) await one.kill();
    await queue.close();
    await server.stop();
  });

  async function start(
    declared: Omit<Parameters<typeof ForkedScheduler.start>[0], 'redis'>,
  ): Promise<ForkedScheduler> {
    const one = await ForkedScheduler.start({ redis: server.url, ...declared });
    processes.push(one);
    return one;
  }

  /** Reads which ticks have a job, and that none has two. */
  async function ticksRun(id: string): Promise<number[]> {
    const { jobs } = await queue.getJobs({ limit: 1000 });
    const ticks = jobs
      .filter(({ metadata }) => metadata['schedule'] === id)
      .map(({ metadata }) => Date.parse(String(metadata['tick'])))
      .sort((a, b) => a - b);
    expect(ticks).toEqual([...new Set(ticks)]);
    return ticks;
  }

  /** Tells what ran of the ticks of a time, and that those before and after it ran one and all. */
  async function runOf(missed: readonly number[]): Promise<Record<CatchUp, number[]>> {
    const [first = 0] = missed;
    const last = missed.at(-1) ?? 0;
    const runs = {} as Record<CatchUp, number[]>;
    for (const id of POLICIES) {
      const ticks = await ticksRun(id);
      runs[id] = ticks.filter((tick) => tick >= first && tick <= last);
      const others = ticks.filter((tick) => tick < first || tick > last);
      expect(others).toEqual(
        seconds(others[0], others.at(-1)).filter((at) => !missed.includes(at)),
      );
      expect([others[0]! < first, others.at(-1)! > last]).toEqual([true, true]);
      // The ledger has a line for each tick that did not run, and says why.
      const history = await scheduler.getJobHistory(id, { limit: 1000 });
      const skipped = history.filter(({ reason }) => reason === 'catch-up');
      const told = skipped.map(({ scheduledAt }) => scheduledAt.getTime()).reverse();
      expect(told).toEqual(missed.filter((at) => !runs[id].includes(at)));
    }
    const count = (id: CatchUp): number => runs[id].length;
    const figures = {
      missed: missed.length,
      skip: count('skip'),
      one: count('one'),
      all: count('all'),
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    return runs;
  }

  it('that was killed for ten of them: the next one runs 0, 1 or 10, as the policy says', async () => {
    const first = await start({ schedules });
    const killedAt = await halfPast(2);
    await first.kill();
    const second = await start({ schedules, startAt: killedAt + 10_000 });
    await sleep(3_000);
    await second.kill();
    const missed = seconds(killedAt, second.startedAt);
    expect(missed.length).toBeGreaterThanOrEqual(10);
    expect(await runOf(missed)).toEqual({ skip: [], one: missed.slice(-1), all: missed });
  });

  it('that was suspended for 15 s: they are missed, and run as the policy says', async () => {
    const one = await start({ schedules });
    const frozenAt = await halfPast(2);
    one.freeze();
    await sleep(frozenAt + 15_000 - Date.now());
    one.thaw();
    await sleep(3_000);
    await one.kill();
    const missed = seconds(frozenAt, frozenAt + 15_000);
    expect(await runOf(missed)).toEqual({ skip: [], one: missed.slice(-1), all: missed });
  });

  it('that was suspended for 5 s: they are late, and all run', async () => {
    const one = await start({ schedules });
    const frozenAt = await halfPast(2);
    one.freeze();
    await sleep(frozenAt + 5_000 - Date.now());
    one.thaw();
    await sleep(3_000);
    await one.kill();
    const late = seconds(frozenAt, frozenAt + 5_000);
    expect(await runOf(late)).toEqual({ skip: late, one: late, all: late });
    const span = { from: frozenAt - 60_000, to: Date.now() };
    const buckets = await queue.backend.metrics!.read(span);
    const measured = buckets.reduce((sum, { lateness }) => sum + (lateness?.sum ?? 0), 0);
    const least = late.reduce((sum, tick) => sum + frozenAt + 5_000 - tick, 0) * POLICIES.length;
    expect(measured).toBeGreaterThanOrEqual(least);
  });

  it('because its clock is set an hour forward, and back: one run per tick', async () => {
    const from = Date.UTC(2026, 0, 1, 12, 5);
    const tenMinutely = [{ id: 'ten', cron: '*/10 * * * *', catchUp: 'all' } as const];
    const one = await start({ schedules: tenMinutely, ahead: from - Date.now() });
    const untilItLooked = (): Promise<void> => sleep(7_000);
    const tens = (count: number): number[] =>
      Array.from({ length: count }, (_, n) => from + 300_000 + n * 600_000);

    one.step(HOUR);
    await untilItLooked();
    expect(await ticksRun('ten')).toEqual(tens(6));
    one.step(-HOUR);
    await untilItLooked();
    expect(await ticksRun('ten')).toEqual(tens(6));
    // Twelve minutes on: the first two of the hour before come again, and run no second time.
    one.step(720_000);
    await untilItLooked();
    expect(await ticksRun('ten')).toEqual(tens(6));
    one.step(HOUR);
    await untilItLooked();
    expect(await ticksRun('ten')).toEqual(tens(7));
  });
});

/** Waits until so many seconds have passed, and on to the middle of a second, when no tick is near. */
async function halfPast(secondsOn: number): Promise<number> {
  const at = Math.ceil(Date.now() / 1000 + secondsOn) * 1000 + 500;
  await sleep(at - Date.now());
  return at;
}

/** Lists the whole seconds of a time. */
function seconds(from = 0, to = 0): number[] {
  const first = Math.ceil(from / 1000);
  return Array.from({ length: Math.floor(to / 1000) - first + 1 }, (_, n) => (first + n) * 1000);
}
