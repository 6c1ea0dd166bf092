import { createQueue, defineJob, type IQueue } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { redisBackend } from '@philjs/jobs-redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scheduler, Timezones } from '../../src/index.ts';

const DAY = 86_400_000;
const SCHEDULES = 1_000;
const ZONES = Object.values(Timezones).slice(0, 10);

describe('a day without a scheduler', () => {
  let server: RedisServer;
  let queue: IQueue;
  const job = defineJob({ name: 'minutely', handler: async () => undefined });

  beforeEach(async () => {
    server = await RedisServer.start();
    queue = createQueue({
      name: 'faults',
      backend: redisBackend({ redis: server.url, enqueueTimeout: 60_000 }),
      jobs: [job],
    });
  });

  afterEach(async () => {
    await queue.close();
    await server.stop();
  });

  /** Sets all schedules back to where they were a day ago. */
  async function aDayPasses(): Promise<void> {
    const store = queue.backend.schedules!;
    const { schedules } = await store.list({ limit: SCHEDULES });
    for (const { revision: _, ...schedule } of schedules) {
      const tickAt = (schedule.nextAt ?? 0) - DAY;
      const state = { ...schedule.state, tickAt };
      await store.put({ schedule: { ...schedule, state, nextAt: tickAt } });
    }
  }

  it('is caught up for 1,000 minutely schedules in ten zones in 2 s, while others go on', async () => {
    const scheduler = new Scheduler(queue);
    const errors: unknown[] = [];
    queue.on('error', ({ error }) => errors.push(error));
    await scheduler.sync(
      Array.from({ length: SCHEDULES }, (_, n) => ({
        job,
        id: `minutely-${n}`,
        cron: '* * * * *',
        timezone: ZONES[n % ZONES.length]!,
      })),
    );
    await aDayPasses();
    await scheduler.schedule(job, { id: 'live', cron: '* * * * * *', catchUp: 'skip' });
    // In processor time of this process: what others on the machine do does not count.
    let [longest, last] = [0, processorMs()];
    const timer = setInterval(() => {
      longest = Math.max(longest, processorMs() - last);
      last = processorMs();
    }, 2);
    const startedAt = processorMs();
    await scheduler.start();
    const tookMs = processorMs() - startedAt;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    clearInterval(timer);
    await scheduler.stop();

    const live = await scheduler.getJobHistory('live');
    const ticks = live.map(({ scheduledAt }) => scheduledAt.getTime()).reverse();
    const history = await scheduler.getJobHistory('minutely-7');
    process.stdout.write(
      `${JSON.stringify({ tookMs: Math.round(tookMs), longest: Math.round(longest) })}\n`,
    );
    expect(errors).toEqual([]);
    const slow = slowness();
    expect(tookMs).toBeLessThan(2_000 * slow);
    expect(longest).toBeLessThan(100 * slow);
    expect(live.every(({ cause }) => cause === 'tick')).toBe(true);
    expect(ticks).toEqual(ticks.map((_, n) => ticks[0]! + n * 1000));
    // One run for the day, and one line for all that was skipped.
    const caughtUp = history.filter(({ cause }) => cause === 'catch-up');
    const skipped = history.filter(({ reason }) => reason === 'catch-up');
    expect([caughtUp.length, skipped.length]).toEqual([1, 1]);
  });
});

/** Measures how often a processor on which a piece of work takes 25 ms would have done it here, at least once. */
function slowness(): number {
  const items = Array.from({ length: 100 }, (_, n) => ({
    id: `item-${n}`,
    at: n,
    tags: ['a', 'b'],
  }));
  const before = processorMs();
  for (let round = 0; round < 500; round++) JSON.parse(JSON.stringify(items));
  return Math.max(1, (processorMs() - before) / 25);
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
