import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue, type IQueue } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { redisBackend } from '@philjs/jobs-redis';
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
    queue = createQueue({
      name: 'faults',
      backend: redisBackend({ redis: server.url, enqueueTimeout: 60_000 }),
    });
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
      const reported = skipped.map(({ scheduledAt }) => scheduledAt.getTime()).reverse();
      expect(reported).toEqual(missed.filter((at) => !runs[id].includes(at)));
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

  /**
   * Expects the last ten seconds of missed ticks to have run whatever the policy, as they were merely late; of
   * those before, all or none. One tick more or less is due to when exactly it looked.
   */
  async function expectLate(
    runs: Record<CatchUp, number[]>,
    ticks: readonly number[],
  ): Promise<void> {
    expect(runs.all).toEqual(ticks);
    // On a slow machine it looks when more time has passed.
    const { jobs } = await queue.getJobs({ limit: 1000 });
    const firedAt = jobs.map(({ createdAt }) => createdAt.getTime());
    const lookedAt = Math.min(...firedAt.filter((at) => at > ticks.at(-1)!));
    const least = ticks.filter((at) => at > lookedAt - 10_000).length - 1;
    for (const late of [runs.skip, runs.one]) {
      expect(late).toEqual(ticks.slice(-late.length));
      expect(late.length).toBeGreaterThanOrEqual(least);
      expect(late.length).toBeLessThanOrEqual(11);
    }
  }

  /**
   * Waits for a number of seconds, and on to the middle of a second, when no tick is near, all before have run, and
   * there is time left to do something before the next.
   */
  async function halfPast(secondsOn: number): Promise<number> {
    let second = Math.ceil(Date.now() / 1000 + secondsOn) * 1000;
    for (;;) {
      await sleep(second + 500 - Date.now());
      const ran = await Promise.all(POLICIES.map(ticksRun));
      const haveRun = ran.every((ticks) => ticks.at(-1) === second);
      if (haveRun && Date.now() < second + 750) return second + 500;
      second = Math.floor(Date.now() / 1000 + 1) * 1000;
    }
  }

  /** Waits until ticks of after a time have run. */
  async function untilOnFrom(time: number): Promise<void> {
    await expect
      .poll(async () => {
        const ran = await Promise.all(POLICIES.map(ticksRun));
        return Math.min(...ran.map((ticks) => ticks.at(-1) ?? 0));
      })
      .toBeGreaterThan(time + 2_000);
  }

  it('that was killed for twenty of them: those of the last ten seconds run, the others as the policy says', async () => {
    const first = await start({ schedules });
    const killedAt = await halfPast(2);
    await first.kill();
    const second = await start({ schedules, startAt: killedAt + 20_000 });
    await untilOnFrom(second.startedAt);
    await second.kill();
    const missed = seconds(killedAt, second.startedAt);
    expect(missed.length).toBeGreaterThanOrEqual(20);
    await expectLate(await runOf(missed), missed);
  });

  it('that was suspended for 15 s: those of the last ten run, the others as the policy says', async () => {
    const one = await start({ schedules });
    const frozenAt = await halfPast(2);
    one.freeze();
    await sleep(frozenAt + 15_000 - Date.now());
    const thawedAt = Date.now();
    one.thaw();
    await untilOnFrom(thawedAt);
    await one.kill();
    const missed = seconds(frozenAt, thawedAt);
    await expectLate(await runOf(missed), missed);
  });

  it('that was suspended for 5 s: they are late, and all run', async () => {
    const one = await start({ schedules });
    const frozenAt = await halfPast(2);
    one.freeze();
    await sleep(frozenAt + 5_000 - Date.now());
    one.thaw();
    await untilOnFrom(Date.now());
    await one.kill();
    const late = seconds(frozenAt, frozenAt + 5_000);
    expect(await runOf(late)).toEqual({ skip: late, one: late, all: late });
    const span = { from: frozenAt - 60_000, to: Date.now() };
    const buckets = await queue.backend.metrics!.read(span);
    const measured = buckets.reduce((sum, { lateness }) => sum + (lateness?.sum ?? 0), 0);
    const least = late.reduce((sum, tick) => sum + frozenAt + 5_000 - tick, 0) * POLICIES.length;
    expect(measured).toBeGreaterThanOrEqual(least);
  });

  it('while a newcomer comes, and one whose clock is 3 s fast: none is missed', async () => {
    const first = await start({ schedules });
    const from = await halfPast(2);
    await start({ schedules, ahead: 3_000 });
    const newcomer = await start({ schedules });
    await first.kill();
    await untilOnFrom(newcomer.startedAt);
    for (const one of processes) await one.kill();
    for (const id of POLICIES) {
      const ticks = await ticksRun(id);
      const to = ticks.at(-1) ?? 0;
      expect(to).toBeGreaterThan(newcomer.startedAt);
      expect(to).toBeLessThanOrEqual(Date.now());
      expect(ticks.filter((at) => at >= from)).toEqual(seconds(from, to));
    }
  });

  it('because its clock is a day ahead, or steps: the clock of the store decides', async () => {
    const one = await start({ schedules, ahead: 24 * HOUR });
    await untilOnFrom(Date.now());
    one.step(-48 * HOUR);
    await untilOnFrom(Date.now());
    one.step(24 * HOUR);
    await untilOnFrom(Date.now());
    const scheduled = await scheduler.getScheduledJob('skip');
    expect(Math.abs(scheduled!.nextRun!.getTime() - Date.now())).toBeLessThan(HOUR);
    await one.kill();
    for (const id of POLICIES) {
      const ticks = await ticksRun(id);
      expect(ticks).toEqual(seconds(ticks[0], ticks.at(-1)));
      expect(ticks.at(-1)).toBeLessThanOrEqual(Date.now());
    }
  });
});

/** Lists the whole seconds of a time. */
function seconds(from = 0, to = 0): number[] {
  const first = Math.ceil(from / 1000);
  return Array.from({ length: Math.floor(to / 1000) - first + 1 }, (_, n) => (first + n) * 1000);
}
