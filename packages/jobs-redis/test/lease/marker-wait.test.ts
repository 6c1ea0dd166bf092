import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Client, hangUp } from '../../src/connection/client.ts';
import { connect } from '../../src/connection/connect.ts';
import { Link } from '../../src/connection/link.ts';
import { readTarget } from '../../src/connection/read-target.ts';
import { SharedRead } from '../../src/connection/shared-read.ts';
import { type MarkerWait, markerCommand } from '../../src/lease/marker-wait.ts';
import { RedisLeaseStore } from '../../src/lease/redis-lease-store.ts';
import { Channels } from '../../src/store/channels.ts';
import { QueueStore } from '../../src/store/queue-store.ts';

let server: RedisServer;
let link: Link;
let marker: MarkerWait;
let leases: RedisLeaseStore;
let set: number;
beforeAll(async () => {
  server = await RedisServer.start();
  link = new Link(open(), 30_000);
  await link.untilReady(20_000);
});
beforeEach(() => {
  set = 0;
  const blocking = open();
  const read = new SharedRead(
    markerCommand(() => link),
    () => blocking,
    () => link,
  );
  const store = new QueueStore({ link, channels: new Channels(open, 30_000) }, 'q', 'q');
  leases = new RedisLeaseStore(store, read, (error) => expect.fail(String(error)));
  marker = leases.marker;
  marker.start(() => undefined);
  marker.listen(true, true);
  return () => hangUp(blocking);
});
afterEach(() => marker.close());
afterAll(async () => {
  link.close();
  await server.stop();
});

function open(): Client {
  return connect(readTarget(server.url), 'commands', 'marker-wait');
}

const count = (): void => {
  set += 1;
};

test('sets no marker for jobs that were stored before the worker was answered', () => {
  const added = marker.handOver(count);
  marker.claimed();
  added(true);
  marker.answered(true);
  expect(set).toBe(0);
});

test('sets the marker when the worker was answered before the jobs were stored', () => {
  const added = marker.handOver(count);
  marker.claimed();
  marker.answered(false);
  added(true);
  expect(set).toBe(1);
});

test('sets the marker when it took more than one try to store the jobs', () => {
  const added = marker.handOver(count);
  marker.claimed();
  added(false);
  expect(set).toBe(1);
});

test('takes nothing more after it found nothing, until the worker gets a job', () => {
  marker.handOver(count)(true);
  marker.claimed();
  marker.answered(false);
  expect(marker.takesHandedOver).toBe(false);
  marker.claimed();
  marker.answered(true);
  expect(marker.takesHandedOver).toBe(true);
});

test('sets that marker also after a call that could not store its limits', async () => {
  const exchange = (sequence: number) =>
    leases.exchange({
      ...{ holder: 'w', sequence, limit: 1, ended: [], now: Date.now(), leaseMs: 60_000 },
      limits: new Map([['work', { concurrency: 1 }]]),
      stalls: {
        max: 1,
        maxOf: new Map(),
        error: { name: 'JobsError', message: 'stalled', code: 'JOBS_STALLED' },
      },
    });
  await link.run((client) => client.set('q:q:pj:limit-facts', 'not a hash'));
  await expect(exchange(1)).rejects.toMatchObject({ code: 'JOBS_BACKEND_CONTRACT' });
  await link.run((client) => client.del('q:q:pj:limit-facts'));
  const added = marker.handOver(count);
  await exchange(1);
  added(true);
  expect(set).toBe(1);
});
