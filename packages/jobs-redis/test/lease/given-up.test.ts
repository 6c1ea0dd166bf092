import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisOrderStore } from '../../src/parts/redis-order-store.ts';
import { LeaseBench } from './lease-bench.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

test.each(['fifo', 'fair'] as const)(
  '%s: fails thousands of jobs that a worker of BullMQ gave up, some in each exchange, and runs the others',
  async (policy) => {
    const bench = await LeaseBench.open(server);
    await redisOrderStore(bench.store).set({ order: { policy } });
    const ids = Array.from({ length: 10_000 }, (_, at) => `job-${at}`);
    const keepFailed = { ageMs: 86_400_000, count: 2 * ids.length, total: 0 };
    for (let from = 0; from < ids.length; from += 1000) {
      await bench.add(...ids.slice(from, from + 1000).map((id) => ({ id, keepFailed })));
    }
    const pipeline = bench.client.pipeline();
    for (const id of ids) {
      pipeline.hset(bench.store.key(id), 'defa', 'job stalled more than allowable limit');
    }
    await pipeline.exec();
    await bench.add('good');
    const failed: string[] = [];
    let started: string[] = [];
    for (let tries = 0; started.length === 0 && tries < 200; tries++) {
      const { jobs, stalled, now, nextAt } = await bench.exchange('w', 64);
      expect(stalled.length).toBeLessThanOrEqual(300);
      failed.push(...stalled.map(({ lease }) => lease.id));
      started = jobs.map(({ id }) => id);
      // Asks at once for the rest.
      if (started.length === 0) expect(nextAt).toBe(now);
    }
    expect(failed).toEqual(ids);
    expect(started).toEqual(['good']);
    expect(await bench.jobs.counts()).toMatchObject({ failed: ids.length, waiting: 0, active: 1 });
    await bench.close();
  },
);
