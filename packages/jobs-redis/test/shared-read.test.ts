import { RedisServer } from '@philjs/jobs-faults';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect } from '../src/connection/connect.ts';
import { Link } from '../src/connection/link.ts';
import { readTarget } from '../src/connection/read-target.ts';
import { type Seat, SharedRead } from '../src/connection/shared-read.ts';
import { until } from './server/until.ts';

let server: RedisServer;
let link: Link;
/** The connection that ends a read. */
let ending: Pick<Link, 'run'>;
let read: SharedRead<Seat>;
let giveUp: () => void;
let got: string[];
let trouble: unknown[];

beforeAll(async () => {
  server = await RedisServer.start();
  link = new Link(open('commands'), 30_000);
  await link.untilReady(60_000);
});
afterAll(async () => {
  link.close();
  await server.stop();
});
beforeEach(() => {
  got = [];
  trouble = [];
  ending = link;
  read = new SharedRead<Seat>(
    {
      send: (client, seats, ms) => client.bzpopmin(...seats.map(({ key }) => key), ms / 1000),
      deliver: (answer) => got.push(String(answer)),
      onError: (error) => trouble.push(error),
    },
    () => open('blocking'),
    () => ending as Link,
  );
  giveUp = read.use();
});
afterEach(async () => {
  giveUp();
  await until(async () => (await blocking()).length === 0);
});

function open(role: 'commands' | 'blocking'): Redis {
  const client = connect(readTarget(server.url), role, role) as Redis;
  client.on('error', (error) => trouble.push(error));
  return client.on('reconnecting', () => trouble.push('reconnecting'));
}

/** Lists the connections on which a read blocks, as the server knows: it may not have heard yet that one was given up. */
async function blocking(): Promise<string[]> {
  const clients = String(await (link.client as Redis).client('LIST')).split('\n');
  const blocked = clients.filter((line) => / flags=b /.test(line));
  return blocked.map((line) => line.split(' ')[0] ?? '');
}

/** Waits until a read blocks, and only that, on another connection than the one that was given up; returns its own. */
async function blocks(givenUp = ''): Promise<string> {
  let found: string[] = [];
  await until(async () => {
    found = await blocking();
    return found.length === 1 && found[0] !== givenUp;
  });
  return String(found[0]);
}

test.each([
  ['the same key', 'first', []],
  ['another key', 'other', []],
  ['another key while a read is being ended', 'other', [{ key: 'second' }]],
])('a first one after the last one left waits for %s, and gets no error', async (_, key, more) => {
  read.join({ key: 'first' });
  const before = await blocks();
  for (const seat of more) read.join(seat);
  giveUp();
  giveUp = read.use();
  read.join({ key });
  await blocks(before);
  await link.client.zadd(key, 1, 'one');
  await until(() => got.length > 0);
  expect({ got, trouble }).toEqual({ got: [`${key},one,1`], trouble: [] });
});

test('a read that could not be ended before its connection was given up hides no error of the next one', async () => {
  let refuse: ((error: Error) => void) | undefined;
  ending = { run: () => new Promise((_, reject) => (refuse = reject)) };
  read.join({ key: 'first' });
  const before = await blocks();
  read.join({ key: 'second' });
  await until(() => refuse !== undefined);
  giveUp();
  giveUp = read.use();
  read.join({ key: 'first' });
  await blocks(before);
  refuse?.(new Error('NOPERM'));
  ending = link;
  await link.client.set('text', 'no set');
  read.join({ key: 'text' });
  await until(() => trouble.length > 0);
  expect(String(trouble[0])).toContain('WRONGTYPE');
});
