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

/** Spoils the job of BullMQ that is under a key. */
const SPOILS: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
  ...Object.fromEntries(
    Object.entries(ODD).map(([kind, fields]) => [
      kind,
      async (key: string) => {
        for (const [field, value] of fields) {
          if (value === null) await client.hdel(key, field);
          else await client.hset(key, field, value);
        }
      },
    ]),
  ),
  'a hash without fields': (key) => client.del(key),
  'the type of a text': (key) => client.multi().del(key).set(key, 'text').exec(),
  'the type of a list': (key) => client.multi().del(key).rpush(key, 'text').exec(),
};

test.each(['waiting', 'delayed', 'failed', 'completed'] as const)(
  'searches %s jobs of BullMQ of which each has other odd fields, and lists the others',
  async (status) => {
    const options = { redis: server.url, name: `search-${status}`, prefix: 'bull', hashTag: false };
    const queue = createQueue({ ...options, jobs: [work], concurrency: 5 });
    const bull = new BullQueue(options.name, { connection: client });
    onTestFinished(async () => {
      await queue.close();
      await bull.close();
    });
    const delay = status === 'delayed' ? { delay: 3_600_000 } : {};
    const kinds = ['none', ...Object.keys(SPOILS), 'none'];
    const states = {
      waiting: 'wait',
      delayed: 'delayed',
      failed: 'failed',
      completed: 'completed',
    };
    for (const [at, kind] of kinds.entries()) {
      const jobId = `job-${at}`;
      await bull.add('work', { tenant: 'acme' }, { jobId, ...delay });
      if (status === 'failed' || status === 'completed') {
        await client.lrem(`bull:${options.name}:wait`, 1, jobId);
        await client.zadd(`bull:${options.name}:${states[status]}`, Date.now(), jobId);
      }
      await SPOILS[kind]?.(`bull:${options.name}:${jobId}`);
    }
    const idsOf = async (query: object): Promise<string[]> =>
      (await queue.getJobs({ status, limit: 100, ...query })).jobs.map(({ id }) => id);
    const whole = ['job-0', `job-${kinds.length - 1}`];
    expect(await idsOf({})).toEqual(expect.arrayContaining(whole));
    const searches = [
      ...['payload.tenant:acme', 'acme', 'name:work', 'error:nothing', 'code:NONE', 'attempts:0'],
      ...['priority:0', 'since:1h', 'older:1h', 'failedAfter:2020-01-01', 'id:job-0', 'tag:x'],
      ...['metadata.x:1', 'payload.a.b:>1', 'worker:none', '-payload.tenant:acme'],
    ];
    for (const search of searches) await idsOf({ search });
    expect(await idsOf({ search: 'payload.tenant:acme' })).toEqual(expect.arrayContaining(whole));
    expect(
      await queue.removeJobs({ status, search: 'payload.tenant:acme', dryRun: true }),
    ).toBeGreaterThan(1);
    for (const [at] of kinds.entries()) await queue.explain(`job-${at}`);
  },
);

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
    await SPOILS[kind]?.(`bull:${name}:odd`);
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
