import { defineJob, type IQueue } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createQueue, type PostgresQueueOptions } from '../src/index.ts';

const job = defineJob({ name: 'job', handler: async (_payload: unknown) => undefined });
const other = defineJob({ name: 'other', handler: async (_payload: unknown) => undefined });

let server: PostgresServer;
let client: pg.Client;
const opened: IQueue[] = [];

function open(name: string, options: PostgresQueueOptions = {}): IQueue {
  const queue = createQueue({ postgres: server.url, name, jobs: [job, other], ...options });
  opened.push(queue);
  return queue;
}

beforeAll(async () => {
  server = await PostgresServer.start();
  client = new pg.Client(server.url);
  await client.connect();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
});
afterAll(async () => {
  await client.end();
  await server.stop();
});

const PAYLOADS = [undefined, null, '', 'a\nb', { text: 'a\0b \ud800 "\\n"' }, []];

it.each([
  ['jobs that are alike', PAYLOADS.map((payload) => ({ job, payload }))],
  ['one without a payload', [{ job, payload: undefined }]],
  [
    'jobs whose ids have line breaks',
    PAYLOADS.map((payload, index) => ({ job, payload, options: { jobId: `a\nb${index}` } })),
  ],
  [
    'jobs that differ',
    PAYLOADS.map((payload, priority) => ({
      job: priority % 2 === 0 ? job : other,
      payload,
      options: { priority, tags: [`${priority}`], metadata: { priority } },
    })),
  ],
])('stores %s in their order, each with its payload', async (title, items) => {
  const queue = open(title);
  const stored = await queue.enqueueMany(items);
  expect(stored.map(({ payload }) => payload)).toEqual(items.map(({ payload }) => payload));
  const { rows } = await client.query(
    'SELECT id FROM philjs_jobs.jobs JOIN philjs_jobs.queues q USING (queue) WHERE q.name = $1 ORDER BY turn',
    [title],
  );
  expect(rows).toEqual(stored.map(({ id }) => ({ id })));
  for (const { id, name, payload, priority, metadata } of stored) {
    expect(await queue.getJob(id)).toMatchObject({ name, payload, priority, metadata });
  }
  expect(await queue.getStats()).toMatchObject({ waiting: items.length });
});

it.each([
  ['by itself', false],
  ["in the caller's transaction", true],
])('stores none when an id is taken by a job of another name, %s', async (title, isJoined) => {
  const queue = open(title, { order: 'fair' });
  await queue.enqueue(job, 1, { jobId: 'taken' });
  await queue.enqueue(other, 2, { jobId: 'known' });
  const items = ['a', 'known', 'taken', 'z'].map((jobId) => ({
    ...{ job: other, payload: 3 },
    options: { jobId },
  }));
  if (isJoined) await client.query('BEGIN');
  const options = isJoined ? { transaction: client } : {};
  await expect(queue.enqueueMany(items, options)).rejects.toMatchObject({
    code: 'JOBS_CONFLICT',
    details: { jobId: 'taken' },
  });
  const again = await queue.enqueueMany(items.slice(1, 2), options);
  expect(again).toMatchObject([{ duplicate: true, payload: 2 }]);
  if (isJoined) await client.query('COMMIT');
  expect(await queue.getStats()).toMatchObject({ waiting: 2, total: 2 });
  expect(await queue.getJob('a')).toBeUndefined();
  await queue.process();
  await queue.waitFor('known');
  await queue.waitFor('taken');
});

it('delays jobs that are alike, and tells of each', async () => {
  const queue = open('delayed');
  const seen: string[] = [];
  queue.on('delayed', ({ jobId }) => seen.push(jobId));
  await queue.getStats();
  const items = ['a', 'b'].map((jobId) => ({
    ...{ job, payload: jobId },
    options: { jobId, delay: 60_000 },
  }));
  await queue.enqueueMany(items);
  expect(await queue.getStats()).toMatchObject({ delayed: 2 });
  await expect.poll(() => seen).toEqual(['a', 'b']);
});
