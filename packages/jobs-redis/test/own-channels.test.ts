import { RedisServer } from '@philjs/jobs-testkit';
import { expect, test } from 'vitest';
import { connect } from '../src/connection/connect.ts';
import { readTarget } from '../src/connection/read-target.ts';
import { Channels } from '../src/store/channels.ts';
import { OwnChannels } from '../src/store/own-channels.ts';
import { openClient } from './server/open-client.ts';
import { until } from './server/until.ts';

test('ends a subscription that is made while its queue closes', async () => {
  const server = await RedisServer.start();
  const client = openClient(server);
  const shared = new Channels(() => connect(readTarget(server.url), 'subscriber', 'shared'));
  const [one, other] = [new OwnChannels(() => shared), new OwnChannels(() => shared)];
  const ignore = (): void => undefined;
  await other.subscribe('kept', ignore, ignore);
  const late = one.subscribe('late', ignore, ignore);
  one.close();
  await late;
  await until(async () => (await client.call('PUBSUB', 'NUMSUB', 'late'))?.toString() === 'late,0');
  expect((await client.call('PUBSUB', 'NUMSUB', 'kept'))?.toString()).toBe('kept,1');
  shared.close();
  client.disconnect();
  await server.stop();
});
