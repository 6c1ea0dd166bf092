import type { BackendFactory } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { describeBackend, describeQueue } from '@philjs/jobs-testkit/conformance';
import { remoteBackend } from '../src/index.ts';
import { createRemote, type Remote } from '../src/server.ts';
import { checkedFetch } from './support/checked-fetch.ts';

const token = 'token-of-the-conformance-suites';
const tokens = [
  { name: 'suite', secret: token, roles: ['produce', 'read', 'work', 'operate'] },
] as const;
const servers = new Map<string, Remote>();

/** Makes backends over a server in this process, one for each queue: it takes its time from the clock of the test. */
const create: BackendFactory = (context) => {
  const { queueName, clock, logger } = context;
  let server = servers.get(queueName);
  if (server === undefined) {
    server = createRemote(createQueue({ name: queueName, clock, logger }), {
      tokens,
      limits: { callsPerMinute: 1e9 },
    });
    servers.set(queueName, server);
  }
  const fetch = checkedFetch(server.fetch);
  const capabilities = { reliableEvents: true, virtualTime: true, timeResolutionMs: 1 };
  return remoteBackend({ url: 'http://in-process.test', token, fetch, capabilities })(context);
};

describeBackend('remote', { create });
describeQueue('remote', { create });
