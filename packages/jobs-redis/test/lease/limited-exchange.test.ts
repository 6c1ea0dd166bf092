import { setTimeout } from 'node:timers/promises';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { ended, LeaseBench } from './lease-bench.ts';

const HOUR_MS = 3_600_000;

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

/** Returns how many times a script ran the short way of queues with limits. */
function watchShort(bench: LeaseBench): () => number {
  let count = 0;
  const { store } = bench;
  const send = store.send.bind(store);
  store.send = async (client, script, ...rest) => {
    const reply = await send(client, script, ...rest);
    if (script.command === 'pjPlainExchange' && typeof reply === 'string') {
      count += /^whole$/.test(reply) ? 0 : 1;
    }
    return reply;
  };
  return () => count;
}

/** Runs plain jobs beside jobs that are limited in each way; returns what is left, in what order jobs started, and how. */
async function run(withHandles: boolean) {
  const bench = await LeaseBench.open(server);
  const shorts = watchShort(bench);
  await redisLimitStore(bench.store).publish({
    limits: new Map([
      ['slow', { concurrency: 1 }],
      ['keyed', { concurrencyPerKey: 1 }],
      ['rated', { rate: { max: 1, per: HOUR_MS } }],
    ]),
  });
  await bench.exchange('w', 0);
  for (const name of ['slow', 'keyed', 'rated']) {
    const concurrencyKey = name === 'keyed' ? { concurrencyKey: 'k' } : {};
    for (const index of [1, 2])
      await bench.add({ id: `${name}-${index}`, name, ...concurrencyKey });
  }
  for (let index = 0; index < 14; index++) await bench.add(`job-${index}`);
  const order: string[] = [];
  const held: { id: string; end: ReturnType<typeof ended> & { handle?: unknown } }[] = [];
  for (let round = 0; round < 14; round++) {
    // The limited jobs run for longer than some others.
    const ends = held.filter(({ id }) => id.startsWith('job') || round > 6);
    held.splice(0, held.length, ...held.filter((each) => !ends.includes(each)));
    const {
      jobs,
      handles = [],
      refused,
    } = await bench.exchange(
      'w',
      5 - held.length,
      ends.map(({ end }) => end),
    );
    expect(refused).toEqual([]);
    for (const [index, job] of jobs.entries()) {
      order.push(job.id);
      const end = ended(job, { type: 'complete', result: job.id });
      held.push({ id: job.id, end: { ...end, ...(withHandles && { handle: handles[index] }) } });
    }
    await setTimeout(20);
  }
  const counts = await bench.jobs.counts();
  const open = await bench.client.zrange(bench.store.key('pj:open'), '0', '-1');
  const kept = await bench.client.zrange(bench.store.key('completed'), '0', '-1');
  await bench.close();
  return { left: { order, counts, open, kept: kept.sort() }, shorts: shorts() };
}

test('runs plain jobs beside limited ones by a short script, in the order of the whole one', async () => {
  const short = await run(true);
  const whole = await run(false);
  expect(short.left).toEqual(whole.left);
  // Without the handles, only calls in which nothing ended are short.
  expect(short.shorts).toBeGreaterThan(whole.shorts);
  // The second job of a rate waits for an hour.
  expect(short.left.counts).toMatchObject({ completed: 19, waiting: 1, active: 0 });
});

test('runs plain jobs by the short script beside a name whose slots and rate are limited, until a slot is free', async () => {
  const bench = await LeaseBench.open(server);
  const shorts = watchShort(bench);
  const limits = new Map([['both', { concurrency: 1, rate: { max: 3, per: HOUR_MS } }]]);
  await redisLimitStore(bench.store).publish({ limits });
  await bench.add({ id: 'both-1', name: 'both' }, { id: 'both-2', name: 'both' });
  const [limited] = (await bench.exchange('w', 1)).jobs;
  if (limited === undefined) throw new Error('no job of the limited name started');
  // The first call notices that names are limited.
  await bench.exchange('w', 1);
  const before = shorts();
  for (let round = 0; round < 10; round++) {
    await bench.add(`job-${round}`);
    const { jobs, handles = [] } = await bench.exchange('w', 2);
    expect(jobs.map(({ id }) => id)).toEqual([`job-${round}`]);
    const ends = jobs.map((job, index) => ({
      ...ended(job, { type: 'complete', result: null }),
      handle: handles[index],
    }));
    await bench.exchange('w', 1, ends);
  }
  expect(shorts() - before).toBe(20);
  const { jobs } = await bench.exchange('w', 2, [
    ended(limited, { type: 'complete', result: null }),
  ]);
  expect(jobs.map(({ id }) => id)).toEqual(['both-2']);
  await bench.close();
});

test.each([1, 40])(
  'starts only as many jobs that waited before their name was one of %i with limits as it allows',
  async (count) => {
    const bench = await LeaseBench.open(server);
    const shorts = watchShort(bench);
    await bench.add({ id: 'slow-1', name: 'slow' }, { id: 'slow-2', name: 'slow' }, 'job-1');
    const others = Array.from({ length: count - 1 }, (_, index) => `other-${index}`);
    const limits = new Map(['slow', ...others].map((name) => [name, { concurrency: 1 }]));
    await redisLimitStore(bench.store).publish({ limits });
    const { jobs, handles } = await bench.exchange('w', 3, [], { limits });
    expect(jobs.map(({ id }) => id)).toEqual(['slow-1', 'job-1']);
    // The short script, which reads what ends by its handle, is not even asked when a limited job ends.
    expect(handles).toEqual([undefined, expect.anything()]);
    await bench.add('job-2');
    expect((await bench.exchange('w', 1)).jobs.map(({ id }) => id)).toEqual(['job-2']);
    expect(shorts()).toBeGreaterThan(0);
    const [slow] = jobs;
    const end = ended(slow!, { type: 'complete', result: null });
    const handle = { id: 'slow-1', made: 1, shape: ' slow' };
    // Also a worker that knows no limits frees the slot.
    const { jobs: next } = await bench.exchange('w', 1, [{ ...end, handle }]);
    expect(next.map(({ id }) => id)).toEqual(['slow-2']);
    await bench.close();
  },
);
