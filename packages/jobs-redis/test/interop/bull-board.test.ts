import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-testkit';
import { Queue as BullQueue } from 'bullmq';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createQueue } from '../../src/redis-queue.ts';
import { openClient } from '../server/open-client.ts';
import { until } from '../server/until.ts';

type ServerAdapter = Parameters<typeof createBullBoard>[0]['serverAdapter'];
type Routes = Parameters<ServerAdapter['setApiRoutes']>[0];
type Queues = Parameters<ServerAdapter['setQueues']>[0];

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
