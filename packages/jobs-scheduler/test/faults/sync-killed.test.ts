import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createQueue, defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { redisBackend } from '@philjs/jobs-redis';
import { expect, it } from 'vitest';
import { Scheduler } from '../../src/index.ts';
import { lists } from './syncing-process.ts';

const program = new URL('./syncing-process.ts', import.meta.url);
const KILLS = 12;

it('leaves one list or the other when its process is killed, and the next sync goes on', async () => {
  const server = await RedisServer.start();
  const job = defineJob({ name: 'tick', handler: async () => undefined });
  const backend = redisBackend({ redis: server.url, enqueueTimeout: 60_000 });
  const queue = createQueue({ name: 'synced', backend, jobs: [job] });
  const scheduler = new Scheduler(queue);
  const stored = async (): Promise<string[]> =>
    (await scheduler.getAllScheduledJobs()).map(({ id, cron }) => `${id} ${cron}`);
  const texts = lists.map((list) => list.map(({ id, cron }) => `${id} ${cron}`));
  for (let kill = 0; kill < KILLS; kill++) {
    const child = fork(program, [server.url]);
    await once(child, 'message');
    // Somewhere in a later round.
    await sleep(Math.random() * 100);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    const found = await stored();
    const which = texts.findIndex((text) => text.join() === found.join());
    expect(which, `a mixture of ${found.length}`).toBeGreaterThanOrEqual(0);
    // The next sync, of a process that starts, brings the other list.
    const list = lists[1 - which] ?? [];
    await new Scheduler(queue).sync(list.map((one) => ({ job, ...one })));
    expect(await stored()).toEqual(texts[1 - which]);
  }
  await queue.close();
  await server.stop();
});
