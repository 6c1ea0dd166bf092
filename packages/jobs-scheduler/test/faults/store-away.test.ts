import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue, defineJob, type IQueue } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { redisBackend } from '@philjs/jobs-redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scheduler } from '../../src/index.ts';

const job = defineJob({ name: 'second', handler: async () => undefined });
/** So that a server that was killed knows what it had acknowledged. */
const durable = { appendonly: 'yes', appendfsync: 'always' };
const everySecond = { cron: '* * * * * *' } as const;

describe('a scheduler whose server goes away', () => {
  let server: RedisServer;
  let queue: IQueue;
  let scheduler: Scheduler;

  beforeEach(async () => {
    server = await RedisServer.start({ config: durable });
    queue = createQueue({ backend: redisBackend({ redis: server.url }), jobs: [job] });
    queue.on('error', () => undefined);
    scheduler = new Scheduler(queue);
  });

  afterEach(async () => {
    await scheduler.stop();
    await queue.close();
    await server.stop();
  });

  it.each([
    { secondsAway: 3, catchUp: 'one', lost: 'none, for they are merely late' },
    { secondsAway: 15, catchUp: 'all', lost: 'none, for they are caught up' },
  ] as const)(
    'fires again when it is back after $secondsAway s; lost: $lost',
    async ({ secondsAway, catchUp }) => {
      await scheduler.schedule(job, { ...everySecond, catchUp });
      await scheduler.start();
      await sleep(2_500);
      await server.kill();
      await sleep(secondsAway * 1000);
      await server.run();
      const backAt = Date.now();
      await sleep(5_000);
      const latestTick = async (): Promise<number> => {
        const { jobs } = await queue.getJobs({ limit: 1000 });
        return Math.max(...jobs.map(({ metadata }) => Date.parse(String(metadata['tick']))));
      };
      await expect.poll(latestTick).toBeGreaterThan(backAt + 5_000);
      await scheduler.stop();

      const { jobs } = await queue.getJobs({ limit: 1000, order: 'oldest' });
      const ticks = jobs.map(({ metadata }) => Date.parse(String(metadata['tick'])));
      const sorted = [...ticks].sort((a, b) => a - b);
      const [first = 0] = sorted;
      const firstAfter = Math.min(
        ...jobs.map(({ createdAt }) => createdAt.getTime()).filter((at) => at >= backAt),
      );
      const figures = {
        ticks: sorted.length,
        lost: (sorted.at(-1)! - first) / 1000 + 1 - sorted.length,
        duplicates: ticks.length - new Set(ticks).size,
        recoveryMs: firstAfter - backAt,
      };
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      expect(figures).toMatchObject({ lost: 0, duplicates: 0 });
      expect(figures.recoveryMs).toBeLessThan(60_000);
    },
  );

  it('declares and starts nothing for ever: calls fail, start resolves, stop and close end', async () => {
    await server.kill();
    const started = performance.now();
    await expect(scheduler.schedule(job, everySecond)).rejects.toMatchObject({
      code: 'JOBS_BACKEND_UNAVAILABLE',
    });
    await scheduler.start();
    expect(scheduler.isRunning).toBe(true);
    await scheduler.stop();
    await queue.close();
    expect(performance.now() - started).toBeLessThan(60_000);
  });
});
