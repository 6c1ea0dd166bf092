import { Cluster } from 'ioredis';
import { expect, test } from 'vitest';
import { type Client, hangUp, isCluster } from './client.ts';
import { connect } from './connect.ts';

test('asks the masters of a cluster alone, whatever its own client asks', () => {
  const own = new Cluster(['redis://127.0.0.1:1'], { lazyConnect: true, scaleReads: 'slave' });
  const client: Client = connect({ kind: 'client', client: own }, 'commands', 'test');
  client.on('error', () => undefined);
  expect(isCluster(client) && client.options.scaleReads).toBe('master');
  hangUp(client);
});
