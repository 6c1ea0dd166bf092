import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { Queue as BullQueue } from 'bullmq';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createQueue } from '../../src/redis-queue.ts';
import { openClient } from '../server/open-client.ts';
import { until } from '../server/until.ts';

type ServerAdapter = Parameters<typeof createBullBoard>[0]['serverAdapter'];
type Routes = Parameters<ServerAdapter['setApiRoutes']>[0];
type Queues = Parameters<ServerAdapter['setQueues']>[0];

const works = defineJob({ name: 'works', handler: async () => 'done' });
const fails = defineJob({
  name: 'fails',
  attempts: 1,
  handler: async () => {
    throw new Error('as it must');
  },
});

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

/** Mounts bull-board's own API without a web server, and asks it for its queues. */
async function askBoard(bull: BullQueue, status: string): Promise<Record<string, unknown>> {
  let routes: Routes = [];
  let queues: Queues | undefined;
  const adapter: ServerAdapter = {
    setQueues: (given) => {
      queues = given;
      return adapter;
    },
    setApiRoutes: (given) => {
      routes = given;
      return adapter;
    },
    setViewsPath: () => adapter,
    setStaticPath: () => adapter,
    setEntryRoute: () => adapter,
    setErrorHandler: () => adapter,
    setUIConfig: () => adapter,
  };
  createBullBoard({ queues: [new BullMQAdapter(bull)], serverAdapter: adapter });
  const route = routes.find((each) => each.route === '/api/queues');
  const answer = await route?.handler({
    queues: queues as Queues,
    uiConfig: {},
    query: { activeQueue: bull.name, status, page: '1' },
    params: {},
    body: {},
    headers: {},
  });
  const { queues: [shown = {}] = [] } = (answer?.body ?? {}) as {
    queues?: Record<string, unknown>[];
  };
  return shown;
}

test('lists the queue and its jobs, with readable payloads and reasons', async () => {
  const queue = createQueue({ redis: server.url, name: 'board', jobs: [fails] });
  const client = openClient(server);
  const bull = new BullQueue('board', { connection: client, prefix: '{philjs}' });
  await queue.enqueue(fails, { mail: { to: 'ada@example.com' } } as never, { delay: 60_000 });
  const { id } = await queue.enqueue(fails, { n: 1 } as never);
  await queue.process();
  await until(async () => (await queue.getJob(id))?.status === 'failed');

  const delayed = await askBoard(bull, 'delayed');
  const failed = await askBoard(bull, 'failed');
  await queue.close();
  await bull.close();
  client.disconnect();

  expect(delayed).toMatchObject({ name: 'board', counts: { delayed: 1, failed: 1 } });
  expect(delayed['jobs']).toMatchObject([
    { name: 'fails', data: { mail: { to: 'ada@example.com' } } },
  ]);
  expect(failed['jobs']).toMatchObject([
    { id, name: 'fails', data: { n: 1 }, failedReason: 'as it must', isFailed: true, attempts: 1 },
  ]);
});

test('shows the jobs of an ordered queue but those that wait', async () => {
  const options = { redis: server.url, name: 'ordered', order: 'fair' } as const;
  const queue = createQueue({ ...options, jobs: [works, fails] });
  const client = openClient(server);
  const bull = new BullQueue('ordered', { connection: client, prefix: '{philjs}' });
  const { id } = await queue.enqueue(works, undefined);
  await queue.enqueue(fails, undefined);
  await queue.process();
  await until(async () => (await queue.getStats()).failed === 1);
  await queue.stop();
  await queue.enqueue(works, undefined);
  await queue.enqueue(works, undefined, { delay: 60_000 });

  const boards: Record<string, Record<string, unknown>> = {};
  for (const status of ['waiting', 'prioritized', 'delayed', 'completed', 'failed']) {
    boards[status] = await askBoard(bull, status);
  }
  expect((await queue.getStats()).waiting).toBe(1);
  await queue.close();
  await bull.close();
  client.disconnect();

  expect(boards['waiting']).toMatchObject({
    counts: { waiting: 0, prioritized: 0, delayed: 1, active: 0, completed: 1, failed: 1 },
    jobs: [],
  });
  expect(boards['prioritized']).toMatchObject({ jobs: [] });
  expect(boards['delayed']).toMatchObject({ jobs: [{ name: 'works' }] });
  expect(boards['completed']).toMatchObject({ jobs: [{ id, returnValue: 'done' }] });
  expect(boards['failed']).toMatchObject({ jobs: [{ failedReason: 'as it must' }] });
});
