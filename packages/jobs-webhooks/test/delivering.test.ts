import { once as waitFor } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { JobsError } from '@philjs/jobs-core';
import { createMemoryStore, createQueue, createQueues } from '@philjs/jobs-memory';
import { expect, onTestFinished, test } from 'vitest';
import { createWebhooks } from '../src/index.ts';
import { ALLOW, type Received, SECRET } from './receiver.ts';
import { quiet, receiver, sending, until, untilIdle, untilThereAre, work } from './sending.ts';

const once = { retry: { attempts: 2, delay: 5 } };

test('signs by the old secret and the new one while one replaces the other', async () => {
  const old = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
  for (const known of [old, SECRET]) {
    const { url, received, refused } = await receiver(undefined, known);
    const { queue, start } = sending(url, { secrets: [SECRET, old] });
    await start();
    await queue.enqueue(work, 1);
    await until(() => received.length + refused.length > 0);
    expect(refused).toEqual([]);
    expect(String(received[0]?.headers['webhook-signature']).split(' ')).toHaveLength(2);
  }
});

test('is refused by a receiver that knows another secret', async () => {
  const other = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
  const { url, received, refused } = await receiver(undefined, other);
  const { queue, start, webhooks } = sending(url, {}, once);
  await start();
  await queue.enqueue(work, 1);
  await untilThereAre(webhooks, 1, 'failed');
  expect([received.length, refused.length]).toEqual([0, 2]);
});

test('delivers all, each under one id, though three in ten tries fail', async () => {
  const ids = new Map<string, string>();
  const accepted = new Set<string>();
  const { url, received } = await receiver(({ id, message }, response) => {
    const jobId = String(message.data['jobId']);
    expect(ids.get(id) ?? jobId).toBe(jobId);
    ids.set(id, jobId);
    const fails = Math.random() < 0.3;
    if (!fails) accepted.add(jobId);
    response.writeHead(fails ? 503 : 200).end('thanks');
  });
  const { queue, start } = sending(url, {}, { retry: { delay: 5, maxDelay: 50, attempts: 30 } });
  await start();
  const items = Array.from({ length: 300 }, (_, n) => ({ job: work, payload: n }));
  const jobs = await queue.enqueueMany(items);
  await until(() => accepted.size === jobs.length);
  await untilIdle(queue);
  expect(ids.size).toBe(jobs.length);
  expect(new Set(ids.values()).size).toBe(jobs.length);
  expect(received.length).toBeGreaterThan(jobs.length);
});

test('waits as long as the receiver asks for', async () => {
  const { url, received } = await receiver((_, response, count) => {
    response.writeHead(count === 1 ? 429 : 200, { 'retry-after': '1' }).end();
  });
  const { queue, start } = sending(url);
  await start();
  await queue.enqueue(work, 1);
  await until(() => received.length === 2);
  const [first, second] = received as [Received, Received];
  expect(second.at - first.at).toBeGreaterThanOrEqual(990);
  expect([second.id, second.body]).toEqual([first.id, first.body]);
});

test.each([false, true])(
  'keeps to its own times, whatever the defaults of its queue are (ordered: %s)',
  async (ordered) => {
    const { url, received } = await receiver(async (_, response, count) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      response.writeHead(count < 3 ? 503 : 200).end();
    });
    const defaultJobOptions = { timeout: 50, expiresIn: 1, delay: 3_600_000 };
    const { queue, start, webhooks } = sending(url, { ordered }, {}, { defaultJobOptions });
    await start();
    await queue.enqueue(work, 1, { delay: 0, expiresIn: 60_000 });
    await untilThereAre(webhooks, 1, 'completed');
    expect(received).toHaveLength(3);
  },
);

test('stops for a receiver that is gone, until it is enabled', async () => {
  let isGone = true;
  const { url, received } = await receiver((_, response) => {
    response.writeHead(isGone ? 410 : 200).end();
  });
  const { queue, start, webhooks } = sending(url);
  await start();
  await queue.enqueue(work, 1);
  await untilThereAre(webhooks, 1, 'failed');
  const [given] = (await webhooks.deliveries()).deliveries;
  expect(given).toMatchObject({ tries: 1, lastError: expect.stringContaining('410') });
  await queue.waitFor(await queue.enqueue(work, 2));
  await until(async () => (await queue.getStats()).active === 0);
  expect(received).toHaveLength(1);
  isGone = false;
  expect(await webhooks.enable(url)).toBe(true);
  await queue.enqueue(work, 3);
  await until(() => received.length === 2);
});

test('is disabled by request, also in a process that starts later', async () => {
  const { url, received } = await receiver();
  const { queue, webhooks } = sending(url);
  await webhooks.disable(url);
  const jobs = [work] as const;
  const other = createQueue({ name: queue.name, jobs, concurrency: 5, logger: quiet });
  const endpoints = [{ url, secret: SECRET, events: ['completed'] as const }];
  const later = createWebhooks(other, { endpoints, allow: ALLOW });
  await later.start();
  await other.process();
  await other.waitFor(await other.enqueue(work, 1));
  await until(async () => (await other.getStats()).active === 0);
  expect(received).toEqual([]);
  await later.stop();
  await other.close();
  await expect(webhooks.disable('https://example.com/')).rejects.toMatchObject({
    code: 'JOBS_INVALID_ARGUMENT',
  });
});

test('stays disabled when an operator makes all delayed jobs ready, also in a process that starts later', async () => {
  const { url } = await receiver();
  const { queue, webhooks } = sending(url);
  await webhooks.disable(url);
  const other = createQueue({ name: queue.name, logger: quiet });
  const endpoints = [{ url, secret: SECRET, events: ['completed'] as const }];
  const later = createWebhooks(other, { endpoints, allow: ALLOW });
  onTestFinished(async () => {
    await later.stop();
    await other.close();
  });
  await later.start();
  await other.process();
  expect(await other.promoteJobs()).toBe(1);
  const marks = async () => (await other.getJobs({ name: 'webhook-disabled' })).jobs;
  await until(async () => (await marks())[0]?.fencingToken === 1);
  await until(async () => (await other.getStats()).active === 0);
  const [mark] = await marks();
  expect(mark?.status).toBe('delayed');
  // Not offered again and again, as a job that no worker knows.
  expect(mark?.runAt.getTime()).toBeGreaterThan(Date.now() + 86_400_000);
});

test('stays disabled when an operator cancels all delayed jobs, whatever the queue keeps', async () => {
  const { url, received } = await receiver();
  const defaultJobOptions = { removeOnCancel: true, removeOnFail: true, expiresIn: 1 };
  const { queue, webhooks, start } = sending(url, {}, {}, { defaultJobOptions });
  await webhooks.disable(url);
  expect(await queue.cancelJobs({ status: 'delayed' })).toBe(1);
  await start();
  await queue.waitFor(await queue.enqueue(work, 1, { expiresIn: 60_000 }));
  await untilIdle(queue);
  expect(received).toEqual([]);
  expect(await webhooks.enable(url)).toBe(true);
});

test('keeps the id of a message whose job is redriven from a dead letter', async () => {
  const { url, received } = await receiver((_, response, count) => {
    response.writeHead(count < 3 ? 503 : 204).end();
  });
  const jobs = [work] as const;
  const queues = createQueues({ shop: { jobs, deadLetter: 'dead' }, dead: {} }, { logger: quiet });
  const endpoints = [{ url, secret: SECRET, events: ['completed'] as const }];
  const webhooks = createWebhooks(queues, { endpoints, allow: ALLOW, ...once });
  onTestFinished(async () => {
    await webhooks.stop();
    await queues.close({ timeout: 0 });
  });
  await webhooks.start();
  await queues.process({ queues: ['shop'] });
  await queues.enqueue(work, 1);
  const dead = queues.get('dead');
  await until(async () => (await dead.getStats()).delayed === 1);
  expect(await dead.redrive()).toMatchObject({ completed: 1 });
  expect(received).toHaveLength(3);
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
});

test('follows no redirect', async () => {
  const elsewhere = await receiver();
  const { url, received } = await receiver((_, response) => {
    response.writeHead(307, { location: elsewhere.url }).end();
  });
  const { queue, start, webhooks } = sending(url, {}, once);
  await start();
  await queue.enqueue(work, 1);
  await untilThereAre(webhooks, 1, 'failed');
  expect([received.length, elsewhere.received.length]).toEqual([2, 0]);
  const [given] = (await webhooks.deliveries()).deliveries;
  expect(given?.lastError).toContain('307');
});

test('goes to no private address that a name leads to, and gives up at once', async () => {
  const { url, received } = await receiver();
  const named = url.replace('127.0.0.1', 'localhost');
  const allow = { http: true, hosts: ['localhost'] };
  const { queue, start, webhooks } = sending(named, {}, { allow });
  await start();
  await queue.enqueue(work, 1);
  await untilThereAre(webhooks, 1, 'failed');
  const [given] = (await webhooks.deliveries()).deliveries;
  expect(given).toMatchObject({ tries: 1, lastError: expect.stringContaining('not a public') });
  expect(received).toEqual([]);
});

test('goes by a name to an address that is allowed', async () => {
  const { url, received } = await receiver();
  const named = url.replace('127.0.0.1', 'localhost');
  const allow = { http: true, hosts: ['localhost'], addresses: ['127.0.0.0/8', '::1'] };
  const { queue, start } = sending(named, {}, { allow });
  await start();
  await queue.enqueue(work, 1);
  await until(() => received.length === 1);
});

test('gives up a try that takes too long', async () => {
  const { url, received } = await receiver((_, response, count) => {
    if (count === 1) return; // never answers
    response.writeHead(204).end();
  });
  const { queue, start, webhooks } = sending(url, {}, { timeout: 500 });
  await start();
  // The receiver of a busy process notes the first try later by any length.
  const before = performance.now();
  await queue.enqueue(work, 1);
  await untilThereAre(webhooks, 1, 'completed');
  const [, second] = received as [Received, Received];
  expect(second.at - before).toBeGreaterThanOrEqual(490);
});

/** Writes more and more of an answer, until the connection is closed. */
function keepWriting(response: ServerResponse, text: string, everyMs: number): void {
  const more = setInterval(() => response.write(text), everyMs);
  response.on('close', () => clearInterval(more));
}

test.each([
  ['never ends', (response: ServerResponse) => keepWriting(response, '.', 20)],
  [
    'is endless and fast',
    (response: ServerResponse) => keepWriting(response, 'x'.repeat(10_000), 1),
  ],
  ['is cut off', (response: ServerResponse) => void setTimeout(() => response.destroy(), 20)],
])('takes the status for the answer, where what follows %s', async (_, goOn) => {
  const { url, received } = await receiver((_message, response) => {
    response.writeHead(200);
    response.write('thanks');
    goOn(response);
  });
  const { queue, start, webhooks } = sending(url, {}, { timeout: 3000 });
  await start();
  await queue.enqueue(work, 1);
  await untilThereAre(webhooks, 1, 'completed');
  expect(received).toHaveLength(1);
});

test('gives up a try whose receiver ends the connection in place of an answer', async () => {
  const heads = [
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n',
    '',
  ];
  const server = createServer((socket) => {
    socket.once('data', () => socket.end(heads.shift() ?? ''));
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await waitFor(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { queue, start, webhooks } = sending(`http://127.0.0.1:${port}/hook`, {}, once);
  await start();
  await queue.enqueue(work, 1);
  await untilThereAre(webhooks, 1, 'failed');
  const [given] = (await webhooks.deliveries()).deliveries;
  expect(given).toMatchObject({ tries: 2, lastError: expect.any(String) });
});

test('ends a try that is under way when it is stopped', async () => {
  let end: () => void = () => undefined;
  const one = await receiver((_message, response) => {
    end = () => void response.writeHead(204).end();
  });
  const { queue, webhooks, start } = sending(one.url);
  await start();
  await queue.enqueue(work, 1);
  await until(() => one.received.length === 1);
  await webhooks.stop();
  end();
  await untilThereAre(webhooks, 1, 'completed');
  expect((await webhooks.deliveries()).deliveries).toMatchObject([{ tries: 1 }]);
  expect(one.received).toHaveLength(1);
});

test('keeps the order where a receiver asks for it, whatever fails', async () => {
  const order: unknown[] = [];
  const { url } = await receiver(({ message }, response) => {
    const fails = Math.random() < 0.4;
    if (!fails) order.push((message.data['result'] as { doubled: number }).doubled / 2);
    response.writeHead(fails ? 500 : 200).end();
  });
  const retry = { delay: 3, maxDelay: 10, attempts: 30 };
  const { queue, start } = sending(url, { ordered: true }, { retry });
  await start();
  const sent = Array.from({ length: 30 }, (_, n) => n);
  for (const n of sent) await queue.waitFor(await queue.enqueue(work, n));
  await until(() => order.length === sent.length);
  expect(order).toEqual(sent);
});

test('tries a message that is sent in order as often as it should while the store fails', async () => {
  const { url, received } = await receiver((_message, response, count) => {
    response.writeHead(count < 3 ? 503 : 204).end();
  });
  const { queue, start, webhooks } = sending(url, { ordered: true });
  const away = async (): Promise<never> =>
    Promise.reject(new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away'));
  await start();
  Object.assign(queue, { getJob: away });
  Object.assign(queue.backend, { setProgress: away });
  await queue.enqueue(work, 1);
  await until(() => received.length === 3);
  await untilThereAre(webhooks, 1, 'completed');
});

test.each([false, true])(
  'makes all its tries again for a message that is retried by hand (ordered: %s)',
  async (ordered) => {
    const { url, received } = await receiver((_, response, count) => {
      response.writeHead(count < 8 ? 503 : 204).end();
    });
    const retry = { delay: 5, maxDelay: 10, attempts: 4 };
    const { queue, start, webhooks } = sending(url, { ordered }, { retry });
    await start();
    await queue.enqueue(work, 1);
    await untilThereAre(webhooks, 1, 'failed');
    const [failed] = (await webhooks.deliveries()).deliveries;
    expect(failed?.tries).toBe(4);
    await queue.retryJob(failed?.id ?? '');
    await untilThereAre(webhooks, 1, 'completed');
    expect(received).toHaveLength(8);
    expect((await webhooks.deliveries()).deliveries[0]?.tries).toBe(4);
  },
);

test('delivers what was stored in order when its receiver wants no order any more', async () => {
  let isUp = false;
  const { url, received } = await receiver((_, response) => {
    response.writeHead(isUp ? 200 : 503).end();
  });
  const ofQueue = { name: 'swapped', store: createMemoryStore() };
  const before = sending(url, { ordered: true }, { retry: { delay: 60_000 } }, ofQueue);
  await before.start();
  await before.queue.enqueue(work, 1);
  await until(() => received.length === 1);
  await before.webhooks.stop();
  await before.queue.close({ timeout: 0 });
  isUp = true;
  const { start, webhooks } = sending(url, {}, {}, ofQueue);
  await start();
  await untilThereAre(webhooks, 1, 'completed');
  expect(received[1]?.id).toBe(received[0]?.id);
});

test.each([false, true])(
  'uses no tries of a message while no process knows its receiver, ordered: %s',
  async (ordered) => {
    const { url, received } = await receiver();
    const store = createMemoryStore();
    const name = 'moved';
    const before = sending(url, { ordered }, {}, { name, store });
    const { id } = await before.queue.enqueue(work, 1);
    await before.queue.cancelJob(id);
    await before.webhooks.start();
    await before.webhooks.stop();
    const elsewhere = sending(`${url}/new`, { ordered }, {}, { name, store });
    await elsewhere.webhooks.start();
    await elsewhere.queue.process();
    const list = async () => (await elsewhere.queue.getJobs({ status: 'delayed' })).jobs;
    await until(async () => (await list()).length === 1);
    expect(await list()).toMatchObject([{ attemptsMade: 0, maxAttempts: ordered ? 1 : 8 }]);
    expect(received).toEqual([]);
  },
);
