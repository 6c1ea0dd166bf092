import { RedisServer } from '@philjs/jobs-faults';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redisOrderStore } from '../../src/parts/redis-order-store.ts';
import { LeaseBench } from './lease-bench.ts';

let server: RedisServer;
let bench: LeaseBench;
beforeEach(async () => {
  server = await RedisServer.start();
  bench = await LeaseBench.open(server);
});
afterEach(async () => {
  await bench.close();
  await server.stop();
});

const policies = ['fifo', 'deadline'] as const;

test.each(policies)(
  '%s: loses no job that the server refuses to read, and starts the others',
  async (policy) => {
    const { client, store } = bench;
    await redisOrderStore(store).set({ order: { policy } });
    await bench.add('q', 'a');
    const keys = [`~${store.key('[^q]*')}`, '~bull::*'];
    await client.call('ACL', 'SETUSER', 'default', 'resetkeys', ...keys);
    expect((await bench.exchange('w', 2)).jobs).toMatchObject([{ id: 'a' }]);
    // From BullMQ's list, where it is now, it goes back there.
    expect((await bench.exchange('w', 2)).jobs).toEqual([]);
    await client.call('ACL', 'SETUSER', 'default', 'allkeys');
    expect((await bench.exchange('w', 2)).jobs).toMatchObject([{ id: 'q' }]);
  },
);

test.each(policies)(
  '%s: passes over an id whose key is no job, and loses no other',
  async (policy) => {
    const { client, store } = bench;
    await redisOrderStore(store).set({ order: { policy } });
    await client.set(store.key('text'), 'of another program');
    await client.rpush(store.key('wait'), 'text');
    await bench.add('a');
    expect((await bench.exchange('w', 2)).jobs).toMatchObject([{ id: 'a' }]);
  },
);
