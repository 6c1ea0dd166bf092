import { once } from 'node:events';
import { connect } from 'node:net';
import { createQueue, defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { redisBackend } from '@philjs/jobs-redis';
import { expect, it } from 'vitest';
import { Scheduler } from '../../src/index.ts';

it('declares again what code declared after FLUSHALL, and goes on firing', async () => {
  const server = await RedisServer.start();
  const warnings: string[] = [];
  const logger = { debug() {}, info() {}, error() {}, warn: (text: string) => warnings.push(text) };
  const job = defineJob({ name: 'second', handler: async () => undefined });
  const backend = redisBackend({ redis: server.url, enqueueTimeout: 60_000 });
  const queue = createQueue({ name: 'lost', backend, jobs: [job], logger });
  const scheduler = new Scheduler(queue);
  await scheduler.sync([{ job, cron: '* * * * * *' }], { owner: 'faults' });
  await scheduler.start();
  const causes: string[] = [];
  scheduler.on('scheduled', ({ cause }) => void causes.push(cause));
  const hasFired = async (): Promise<boolean> =>
    ((await scheduler.getScheduledJob('second'))?.runsCount ?? 0) > 1;
  await expect.poll(hasFired).toBe(true);
  await flush(server.port);
  expect(await hasFired()).toBe(false);
  await expect.poll(hasFired).toBe(true);
  const found = await scheduler.getScheduledJob('second');
  expect(found).toMatchObject({ owner: 'faults', active: true });
  expect(causes).toEqual(['recovery']);
  expect(warnings).toHaveLength(1);
  await scheduler.stop();
  await queue.close();
  await server.stop();
});

it('brings nothing back that a deploy removed, though both its processes declare again after FLUSHALL', async () => {
  const server = await RedisServer.start();
  const jobs = ['kept', 'gone', 'made'].map((name) => defineJob({ name, handler: () => 1 }));
  const lists = [
    [0, 1],
    [0, 2],
  ].map((places) => places.map((place) => ({ job: jobs[place]!, cron: '* * * * * *' })));
  const processes = lists.map((list, n) => {
    const backend = redisBackend({ redis: server.url, enqueueTimeout: 60_000 });
    const logger = { debug() {}, info() {}, error() {}, warn() {} };
    const queue = createQueue({ name: 'deployed', backend, jobs, logger });
    const scheduler = new Scheduler(queue);
    const causes: string[] = [];
    scheduler.on('scheduled', ({ cause }) => void causes.push(cause));
    const sync = () => scheduler.sync(list, { owner: 'faults', generation: 6 + n });
    return {
      queue,
      scheduler,
      sync,
      recovered: () => causes.filter((cause) => cause === 'recovery').length,
    };
  });
  const [old, fresh] = [processes[0]!, processes[1]!];
  for (const { scheduler, sync } of processes) {
    await sync();
    await scheduler.start();
  }
  for (let round = 1; round <= 8; round++) {
    const before = fresh.recovered();
    await flush(server.port);
    await expect.poll(() => fresh.recovered(), { timeout: 30_000 }).toBeGreaterThan(before);
    // The other one as well: it fires a tick of the new list, or has seen that there is nothing to do.
    await old.sync();
    const ids = (await fresh.scheduler.getAllScheduledJobs()).map(({ id }) => id);
    expect([round, ids]).toEqual([round, ['kept', 'made']]);
  }
  for (const { scheduler, queue } of processes) {
    await scheduler.stop();
    await queue.close();
  }
  await server.stop();
});

/** Empties a server. */
async function flush(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.write('FLUSHALL\r\n');
  await once(socket, 'data');
  socket.destroy();
}
