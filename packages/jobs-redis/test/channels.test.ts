import { setTimeout as sleep } from 'node:timers/promises';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../src/connection/connect.ts';
import { readTarget } from '../src/connection/read-target.ts';
import { Channels } from '../src/store/channels.ts';
import { openClient } from './server/open-client.ts';
import { until } from './server/until.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

const ignore = (): void => undefined;

function open(timeoutMs: number): Channels {
  return new Channels(() => connect(readTarget(server.url), 'subscriber', 'shared'), timeoutMs);
}

test('ends a subscription that is made while its queue closes', async () => {
  const client = openClient(server);
  const shared = open(30_000);
  const [one, other] = [{}, {}];
  await shared.subscribe('kept', ignore, ignore, other);
  const late = shared.subscribe('late', ignore, ignore, one);
  shared.leave(one);
  await late;
  await until(async () => (await client.call('PUBSUB', 'NUMSUB', 'late'))?.toString() === 'late,0');
  expect((await client.call('PUBSUB', 'NUMSUB', 'kept'))?.toString()).toBe('kept,1');
  const last = shared.subscribe('last', ignore, ignore, other);
  shared.leave(other);
  await last;
  client.disconnect();
});

test('waits for a subscription as long as for any other call', async () => {
  const [patient, impatient] = [open(60_000), open(50)];
  server.freeze();
  try {
    const subscribing = patient.subscribe('slow', ignore, ignore, patient);
    await expect(impatient.subscribe('slow', ignore, ignore, impatient)).rejects.toMatchObject({
      code: 'JOBS_BACKEND_UNAVAILABLE',
    });
    await Promise.race([subscribing, sleep(6000)]);
    server.thaw();
    await subscribing;
  } finally {
    server.thaw();
    patient.close();
    impatient.close();
  }
});
