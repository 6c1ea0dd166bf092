import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { Queue as BullQueue } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/redis-queue.ts';
import { openClient } from '../server/open-client.ts';
import { until } from '../server/until.ts';

// A producer of another version or language may write anything into the hash of a job.
const work = defineJob({ name: 'work', attempts: 1, handler: async (payload: unknown) => payload });

let server: RedisServer;
let client: Redis;
beforeAll(async () => {
  server = await RedisServer.start();
  client = openClient(server);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});

const HUGE = '9'.repeat(400);
const ODD: Readonly<Record<string, readonly (readonly [field: string, value: string | null])[]>> = {
  'huge numbers': ['timestamp', 'delay', 'priority', 'ats', 'atm', 'stc', 'processedOn'].map(
    (field) => [field, HUGE] as const,
  ),
  'texts for numbers': ['timestamp', 'delay', 'priority', 'ats', 'atm', 'stc', 'progress'].map(
    (field) => [field, 'nonsense'] as const,
  ),
  'negative numbers': ['timestamp', 'delay', 'priority', 'ats', 'atm', 'stc'].map(
    (field) => [field, '-1e308'] as const,
  ),
  'no data': [['data', null]],
  'no options': [['opts', null]],
  'no time': [['timestamp', null]],
  'no name': [['name', null]],
  'data that is no JSON': [['data', '{"a":']],
  'options that are a list': [['opts', '[1,2]']],
  'options that are null': [['opts', 'null']],
  'options of wrong types': [
    ['opts', '{"attempts":"many","delay":{},"backoff":[],"de":7,"jobId":9}'],
  ],
  'options of huge numbers': [['opts', '{"attempts":1e999,"delay":1e308,"priority":1e300}']],
  'progress and stack of wrong types': [
    ['progress', '{'],
    ['stacktrace', '7'],
    ['failedReason', ''],
  ],
};

test.each(Object.keys(ODD))(
  'reads, lists and ends a job of BullMQ with %s alone, and runs the others',
  async (kind) => {
    const name = `odd-${Object.keys(ODD).indexOf(kind)}`;
    const options = { redis: server.url, name, prefix: 'bull', hashTag: false };
    const queue = createQueue({ ...options, jobs: [work], concurrency: 5 });
    const bull = new BullQueue(name, { connection: client });
    onTestFinished(async () => {
      await queue.close();
      await bull.close();
    });
    await bull.add('work', 1, { jobId: 'one' });
    await bull.add('work', 2, { jobId: 'odd' });
    for (const [field, value] of ODD[kind] ?? []) {
      if (value === null) await client.hdel(`bull:${name}:odd`, field);
      else await client.hset(`bull:${name}:odd`, field, value);
    }
    await bull.add('work', 3, { jobId: 'two' });
    const ids = async (): Promise<string[]> => {
      const { jobs } = await queue.getJobs({ limit: 10 });
      return jobs.map(({ id }) => id).sort();
    };
    expect(await ids()).toEqual(['odd', 'one', 'two']);
    // A number that no time can be would be an invalid date in every list.
    for (const { createdAt, runAt } of (await queue.getJobs({ limit: 10 })).jobs) {
      expect(Number.isFinite(createdAt.getTime() + runAt.getTime())).toBe(true);
    }
    expect(await queue.getJob('odd')).toMatchObject({ id: 'odd', status: 'waiting' });
    await queue.explain('odd');
    await queue.process();
    await queue.waitFor('one');
    await queue.waitFor('two');
    // It has ended too, one way or the other, or waits alone; it can be read in each state.
    await until(async () => (await queue.getStats()).active === 0);
    expect(await queue.getJob('odd')).toMatchObject({ id: 'odd' });
    expect(await ids()).toContain('odd');
  },
);
