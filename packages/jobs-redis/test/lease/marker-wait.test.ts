import { RedisServer } from '@philjs/jobs-testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Client, hangUp } from '../../src/connection/client.ts';
import { connect } from '../../src/connection/connect.ts';
import { Link } from '../../src/connection/link.ts';
import { readTarget } from '../../src/connection/read-target.ts';
import { SharedRead } from '../../src/connection/shared-read.ts';
import { MarkerWait, markerCommand } from '../../src/lease/marker-wait.ts';

let server: RedisServer;
let link: Link;
let marker: MarkerWait;
let set: number;
beforeAll(async () => {
  server = await RedisServer.start();
  link = new Link(open(), 2000);
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
  marker = new MarkerWait({ key: 'q:marker', read });
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
