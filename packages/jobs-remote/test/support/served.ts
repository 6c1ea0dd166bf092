import { defineJob } from '@philjs/jobs-core';
import { createQueue as createMemoryQueue } from '@philjs/jobs-memory';
import { expect, onTestFinished } from 'vitest';
import { createQueue } from '../../src/index.ts';
import { createRemote, type RemoteOptions, type RemoteToken, type Role } from '../../src/server.ts';
import { checkedFetch } from './checked-fetch.ts';

/** Is the job that the served queues know. */
export const greet = defineJob({
  name: 'greet',
  handler: async (name: string) => `Hello, ${name}`,
});

/** Returns the secret of a token. */
export function secretOf(name: string): string {
  return `secret-of-${name}`.padEnd(30, '.');
}

/** Makes a token with roles. */
export function token(name: string, ...roles: Role[]): RemoteToken {
  return { name, secret: secretOf(name), roles };
}

/** Lists a token for each role, and one of another queue. */
export const tokens = [
  token('shop', 'produce'),
  token('other', 'produce'),
  token('worker', 'work'),
  token('reader', 'read'),
  token('operator', 'operate'),
  { ...token('elsewhere', 'operate'), queues: ['another'] },
];

/** Serves a queue, and makes its clients. */
export function serve(options: Partial<RemoteOptions> = {}, name: string = crypto.randomUUID()) {
  const queue = createMemoryQueue({ name, jobs: [greet] });
  const remote = createRemote(queue, { tokens, ...options });
  const fetch = checkedFetch(remote.fetch);
  onTestFinished(async () => {
    await remote.close();
    await queue.close();
  });
  const client = (name: string) => {
    const made = createQueue({
      name: queue.name,
      url: 'http://server.test/jobs/',
      token: secretOf(name),
      fetch,
      jobs: [greet],
    });
    onTestFinished(() => made.close());
    return made;
  };
  const send = (path: string, init: RequestInit = {}, as = 'operator') => {
    const headers = { authorization: `Bearer ${secretOf(as)}`, ...init.headers };
    const address = `http://server.test/v1/queues/${queue.name}/${path}`;
    return fetch(new Request(address, { method: 'POST', ...init, headers }));
  };
  return { queue, remote, client, send };
}

/** Reads the error of an answer. */
export async function problemOf(answer: Promise<Response>) {
  const response = await answer;
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const { code, status } = (await response.json()) as { code: string; status: number };
  expect(status).toBe(response.status);
  return { code, status };
}

/** Is a job as the contract of backends has it. */
export const newJob = {
  id: 'a',
  name: 'greet',
  payload: 'Ada',
  version: 1,
  priority: 0,
  createdAt: 0,
  runAt: 0,
  maxAttempts: 1,
  keepCompleted: { ageMs: 1000, count: 1 },
  keepFailed: { ageMs: 1000, count: 1 },
  keepCancelled: { ageMs: 1000, count: 1 },
  metadata: {},
};

/** Is what a worker asks for. */
export const exchange = {
  holder: 'w',
  sequence: 1,
  ended: [],
  limit: 1,
  now: 0,
  leaseMs: 1000,
  limits: {},
  stalls: { max: 1, maxOf: {}, error: { name: 'Error', message: '' } },
};
