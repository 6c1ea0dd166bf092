import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ended, LeaseBench } from './lease-bench.ts';

const KEPT_NONE = { ageMs: 86_400_000, count: 0 };
const KEPT_FEW = { ageMs: 86_400_000, count: 5 };
const LARGE = 'x'.repeat(20_000);

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

const START = Date.now();

/**
 * Runs the jobs of a queue two at a time. With the handles of the store, short scripts end most jobs. Without them the
 * whole ones do, and add them: those are used for a second after an id was known.
 */
async function run(withHandles: boolean): Promise<Record<string, unknown>> {
  const bench = await LeaseBench.open(server);
  await bench.exchange('w', 0);
  await bench.add('first');
  if (!withHandles) await bench.add('first');
  await bench.add({ id: 'later', createdAt: START, runAt: START + 3_600_000 });
  await bench.add(...Array.from({ length: 12 }, (_, index) => `job-${index}`));
  await bench.add({ id: 'large', payload: LARGE }, { id: 'urgent', priority: 5, name: 'urgent' });
  await bench.add({ id: 'gone', keepCompleted: KEPT_NONE });
  await bench.add(
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((index) => ({
      id: `few-${index}`,
      name: 'few',
      keepCompleted: KEPT_FEW,
    })),
  );
  // These end the way of the short script.
  await bench.add({ id: '7' }, { id: 'keyed', deduplication: { key: 'k', mode: 'drop' } });
  let { jobs, handles = [] } = await bench.exchange('w', 2);
  const order: string[] = [];
  while (jobs.length > 0) {
    order.push(...jobs.map(({ id }) => id));
    const ends = jobs.map((job, index) => ({
      ...ended(job, { type: 'complete', result: job.id === 'job-3' ? LARGE : job.id }),
      ...(withHandles && { handle: handles[index] }),
    }));
    const answer = await bench.exchange('w', 2, ends);
    expect(answer.refused).toEqual([]);
    jobs = answer.jobs;
    handles = answer.handles ?? [];
  }
  const left = await everything(bench);
  await bench.close();
  return { ...left, order };
}

/** Reads all that a queue stored, but times. */
async function everything({ client, store }: LeaseBench): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const key of await client.keys(`${store.key('')}*`)) {
    const name = key.slice(store.key('').length);
    const type = await client.type(key);
    if (type === 'hash' && name !== 'pj:answers') {
      const { timestamp, processedOn, finishedOn, ...fields } = await client.hgetall(key);
      found[name] = { ...fields, at: [timestamp, processedOn, finishedOn].map(Boolean) };
    } else if (type === 'zset') found[name] = await client.zrange(key, '0', '-1');
    else if (type === 'list') found[name] = await client.lrange(key, 0, -1);
    else if (type === 'stream')
      found[name] = (await client.xrange(key, '-', '+')).map(([, f]) => f);
    else if (name !== 'pj:looked') found[name] = type;
  }
  return found;
}

test('leaves the same behind whether short scripts add, start and end a job or the whole ones', async () => {
  const short = await run(true);
  const whole = await run(false);
  expect(short['order']).toHaveLength(26);
  expect(short['pj:kept:completed:few']).toHaveLength(5);
  expect(short).toEqual(whole);
});

test('refuses a lease that is no longer held, and repeats an answer, with handles as without', async () => {
  const bench = await LeaseBench.open(server);
  await bench.add('a', 'b', 'c');
  await bench.exchange('w', 0);
  const { jobs, handles = [] } = await bench.exchange('w', 2);
  const ends = jobs.map((job, index) => ({
    ...ended(job, { type: 'complete', result: 'ok' }),
    handle: handles[index],
  }));
  const [first, second] = ends;
  if (first === undefined || second === undefined) throw new Error('Expected two jobs');
  await bench.exchange('w', 0, [first]);
  const both = await bench.exchange('w', 1, ends);
  expect(both).toMatchObject({ refused: [first.lease], jobs: [{ id: 'c' }] });
  const again = await bench.exchange('w', 1, ends, { sequence: 4 });
  expect(again).toMatchObject({ refused: [first.lease], jobs: [{ id: 'c' }] });
  expect((await bench.jobs.counts()).completed).toBe(2);
  await bench.close();
});
