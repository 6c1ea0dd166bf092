import { RedisServer } from '@philjs/jobs-faults';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from '../src/connection/connect.ts';
import { Link } from '../src/connection/link.ts';
import { readTarget } from '../src/connection/read-target.ts';
import { removeJobsScript } from '../src/script/change-jobs-scripts.ts';
import { QueueStore } from '../src/store/queue-store.ts';
import { until } from './server/until.ts';

const MEGABYTE = 1_000_000;

let server: RedisServer;
let link: Link;
beforeEach(async () => {
  server = await RedisServer.start();
  link = new Link(connect(readTarget(server.url), 'commands', 'link'), 30_000);
  await link.untilReady(30_000);
});
afterEach(async () => {
  server.thaw();
  link.close();
  await server.stop();
});

/** Asks a server that does not answer; notes each attempt. */
function ask(attempts: number[], timeoutMs: number, bytes = 0): Promise<string> {
  return link.run(
    (client, attempt) => {
      attempts.push(attempt);
      return client.ping();
    },
    timeoutMs,
    bytes,
  );
}

const isRefused = { code: 'JOBS_BACKEND_UNAVAILABLE' };

test('replaces a connection that does not answer in time', async () => {
  server.freeze();
  const patient: number[] = [];
  const later = ask(patient, 60_000);
  await expect(ask([], 50)).rejects.toMatchObject(isRefused);
  server.thaw();
  await later;
  expect(patient).toEqual([1, 2]);
});

test('leaves a connection to a large command while that has time', async () => {
  server.freeze();
  const large: number[] = [];
  const sending = ask(large, 60_000, MEGABYTE);
  await expect(ask([], 50)).rejects.toMatchObject(isRefused);
  server.thaw();
  await sending;
  expect(large).toEqual([1]);
  expect(link.connections).toBe(1);
});

test('replaces a connection that does not answer after a large command was answered', async () => {
  await ask([], 60_000, MEGABYTE);
  server.freeze();
  await expect(ask([], 50)).rejects.toMatchObject(isRefused);
  server.thaw();
  await until(async () => link.connections === 2);
});

test('has the server keep an answer twice as long as a call behind a large one may be repeated', async () => {
  let end = (): void => undefined;
  const large = link.run(() => new Promise<void>((resolve) => (end = resolve)), 60_000, MEGABYTE);
  const channels = undefined as never;
  const store = new QueueStore({ link, channels }, 'root', 'queue');
  await store.run(removeJobsScript, { mayLeave: '0', states: '' }, ['none']);
  const [told] = await link.run((client) => (client as Redis).keys('root:queue:pj:told:*'));
  expect(told).toMatch(/:pj:told:62000:/);
  end();
  await large;
});

test('reaches a server that is back after it was away for longer than a call waits', async () => {
  await server.kill();
  await expect(ask([], 3000)).rejects.toMatchObject(isRefused);
  await expect(ask([], 3000)).rejects.toMatchObject(isRefused);
  await server.run();
  expect(await ask([], 3000)).toBe('PONG');
});
