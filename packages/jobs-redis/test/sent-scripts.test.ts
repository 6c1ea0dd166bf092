import { RedisServer } from '@philjs/jobs-faults';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { LeaseBench } from './lease/lease-bench.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

/** Returns how many times a command was called since it was last asked. */
async function calls(client: Redis, command: string): Promise<number> {
  const stats = await client.info('commandstats');
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

test('sends a script as a whole the first time, and again once the server has lost it', async () => {
  const bench = await LeaseBench.open(server);
  onTestFinished(() => bench.close());
  const { client } = bench;
  const sent = (): Promise<number[]> =>
    Promise.all(['eval', 'evalsha'].map((command) => calls(client, command)));
  await client.config('RESETSTAT');
  for (const id of ['a', 'b', 'c']) await bench.add(id);
  expect(await sent()).toEqual([1, 2]);
  await client.script('FLUSH');
  await Promise.all(['d', 'e'].map((id) => bench.add(id)));
  await bench.add('f');
  const { jobs } = await bench.exchange('w', 10);
  expect(jobs.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});
