import { declareJob, defineJob } from '@philjs/jobs-core';
import { createQueue as createMemoryQueue } from '@philjs/jobs-memory';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createRemote, type RemoteOptions, type Role } from '../src/server.ts';
import { checkedFetch } from './support/checked-fetch.ts';

const count = defineJob({
  name: 'count',
  schema: z.object({ to: z.number() }),
  handler: async ({ to }, ctx) => {
    for (let at = 1; at <= to; at++) await ctx.updateProgress({ at });
    return { counted: to };
  },
});
const sleep = defineJob({
  name: 'sleep',
  handler: (_: null, ctx) =>
    new Promise<string>((resolve) => ctx.signal.addEventListener('abort', () => resolve('woken'))),
});
const at = declareJob<Date, Date>({
  name: 'at',
  codec: {
    encode: (date) => ({ iso: (date as Date).toISOString() }),
    decode: (json) =>
      (json as { iso?: string })?.iso === undefined
        ? undefined
        : new Date((json as { iso: string }).iso),
  },
});

function secretOf(name: string): string {
  return `secret-of-${name}`.padEnd(30, '.');
}

function tokenOf(name: string, ...roles: Role[]) {
  return { name, secret: secretOf(name), roles };
}

const tokens = [
  tokenOf('shop', 'produce'),
  tokenOf('other', 'produce'),
  tokenOf('reader', 'read'),
  tokenOf('operator', 'operate'),
];

/** Serves a queue, and asks it as a program in another language does. */
async function serve(
  options: Partial<RemoteOptions> & { readonly works?: boolean; readonly clock?: TestClock } = {},
) {
  const { works = true, clock, ...rest } = options;
  const queue = createMemoryQueue({
    name: 'a b',
    ...(clock && { clock }),
    jobs: [count, sleep, at.handle(async (date) => date)],
  });
  const remote = createRemote(queue, { tokens, ...rest });
  const fetch = checkedFetch(remote.fetch);
  onTestFinished(async () => {
    await remote.close();
    await queue.close({ timeout: 0 });
  });
  if (works) await queue.process();
  const send = (method: string, path: string, body?: unknown, as = 'shop', headers = {}) =>
    fetch(
      new Request(`http://server.test/jobs/v1/queues/a%20b/${path}`, {
        method,
        headers: { authorization: `Bearer ${secretOf(as)}`, ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    as?: string,
    headers?: Record<string, string>,
  ): Promise<Record<string, unknown>> => {
    const answer = await send(method, path, body, as, headers);
    return { ...((await answer.json()) as Record<string, unknown>), http: answer.status };
  };
  return { queue, remote, send, ask };
}

describe('the routes for producers', () => {
  it('enqueue a job, wait for it and read it, with times in milliseconds', async () => {
    const { ask } = await serve();
    const made = await ask('POST', 'jobs', {
      name: 'count',
      payload: { to: 3 },
      options: { jobId: 'a/b', tags: ['x'] },
    });
    expect(made).toMatchObject({
      http: 201,
      id: 'a/b',
      name: 'count',
      queueName: 'a b',
      payload: { to: 3 },
      tags: ['x'],
    });
    expect(made).toHaveProperty('createdAt', expect.any(Number));
    const ended = await ask('GET', 'jobs/a%2Fb/wait?timeout=5000');
    expect(ended).toMatchObject({
      http: 200,
      id: 'a/b',
      result: { counted: 3 },
      progress: { at: 3 },
    });
    expect(await ask('GET', 'jobs/a%2Fb')).toEqual(ended);
    expect(
      await ask('POST', 'jobs', { name: 'count', payload: { to: 3 }, options: { jobId: 'a/b' } }),
    ).toMatchObject({
      http: 200,
      duplicate: true,
    });
  });

  it('answer a wait with the job as it is when the time is over, and when the server closes', async () => {
    const { ask, remote } = await serve({ works: false });
    await ask('POST', 'jobs', { name: 'sleep', payload: null, options: { jobId: 'a' } });
    expect(await ask('GET', 'jobs/a/wait?timeout=20')).toMatchObject({ http: 200, id: 'a' });
    const waits = ask('GET', 'jobs/a/wait');
    await remote.close();
    expect(await waits).toMatchObject({ http: 200, id: 'a' });
  });

  it('stream the states of a job as events, to its end', async () => {
    const { ask, send, queue } = await serve({ works: false });
    await ask('POST', 'jobs', { name: 'count', payload: { to: 2 }, options: { jobId: 'a' } });
    const answer = await send('GET', 'jobs/a/events');
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const text = answer.text();
    await queue.process();
    const events = (await text)
      .trim()
      .split('\n\n')
      .map((event) => {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
        return { name, data: JSON.parse(data as string) as Record<string, unknown> };
      });
    expect(events[0]).toMatchObject({ name: 'job', data: { status: 'waiting' } });
    expect(events.at(-2)).toMatchObject({
      name: 'job',
      data: { status: 'completed', result: { counted: 2 } },
    });
    expect(events.at(-1)).toEqual({ name: 'end', data: {} });
  });

  it('end a stream when its reader leaves, which frees its place', async () => {
    const { ask, send } = await serve({ works: false, limits: { waits: 1 } });
    await ask('POST', 'jobs', { name: 'sleep', payload: null, options: { jobId: 'a' } });
    const first = await send('GET', 'jobs/a/events');
    expect(await ask('GET', 'jobs/a/wait')).toMatchObject({
      http: 429,
      code: 'JOBS_TOO_MANY_REQUESTS',
    });
    await first.body?.cancel();
    expect(await ask('GET', 'jobs/a/wait?timeout=1')).toMatchObject({ http: 200 });
  });

  it('bound the calls that wait of all clients together', async () => {
    const { ask, send } = await serve({ works: false, limits: { waitsInAll: 1 } });
    await ask('POST', 'jobs', { name: 'sleep', payload: null, options: { jobId: 'a' } });
    const first = await send('GET', 'jobs/a/events');
    expect(await ask('GET', 'jobs/a/wait', undefined, 'reader')).toMatchObject({ http: 429 });
    await first.body?.cancel();
  });

  it('enqueue many with their dependencies, or none', async () => {
    const { ask } = await serve();
    const jobs = [
      { name: 'count', payload: { to: 1 }, options: { jobId: 'first' } },
      { name: 'count', payload: { to: 2 }, options: { jobId: 'second', dependsOn: ['first'] } },
    ];
    const bad = [...jobs, { name: 'count', payload: { to: 'three' } }];
    expect(await ask('POST', 'jobs/many', { jobs: bad })).toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
      details: { index: 2 },
    });
    expect(await ask('GET', 'jobs/first')).toMatchObject({ http: 404, code: 'JOBS_NOT_FOUND' });
    expect(await ask('POST', 'jobs/many', { jobs })).toMatchObject({
      jobs: [{ id: 'first' }, { id: 'second' }],
    });
    expect(await ask('GET', 'jobs/second/wait')).toMatchObject({
      http: 200,
      result: { counted: 2 },
    });
  });

  it('cancel a job, and let an operator put it back', async () => {
    const { ask } = await serve({ works: false });
    await ask('POST', 'jobs', { name: 'sleep', payload: null, options: { jobId: 'a' } });
    expect(await ask('POST', 'jobs/a/cancel', { reason: 'no need' })).toEqual({
      http: 200,
      outcome: 'cancelled',
    });
    expect(await ask('POST', 'jobs/a/cancel')).toEqual({ http: 200, outcome: 'finished' });
    expect(await ask('POST', 'jobs/a/retry')).toMatchObject({
      http: 403,
      code: 'JOBS_FORBIDDEN',
    });
    expect(await ask('POST', 'jobs/a/retry', undefined, 'operator')).toEqual({
      http: 200,
      retried: true,
    });
  });

  it('check a payload by the schema of the server, and refuse names it does not know', async () => {
    const { ask } = await serve();
    expect(await ask('POST', 'jobs', { name: 'count', payload: { to: 'x' } })).toMatchObject({
      http: 422,
      code: 'JOBS_INVALID_PAYLOAD',
    });
    expect(await ask('POST', 'jobs', { name: 'cuont', payload: {} })).toMatchObject({
      http: 404,
      code: 'JOBS_UNKNOWN_JOB',
    });
  });

  it('carry payloads and results as the codec of the job writes them', async () => {
    const { ask } = await serve();
    const iso = '2026-01-02T03:04:05.000Z';
    expect(
      await ask('POST', 'jobs', { name: 'at', payload: { iso }, options: { jobId: 'a' } }),
    ).toMatchObject({ payload: { iso } });
    expect(await ask('GET', 'jobs/a/wait')).toMatchObject({ payload: { iso }, result: { iso } });
    expect(await ask('POST', 'jobs', { name: 'at', payload: iso })).toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
    });
  });

  it('reach no job of another token', async () => {
    const { ask } = await serve({ works: false });
    await ask('POST', 'jobs', { name: 'count', payload: { to: 1 }, options: { jobId: 'a' } });
    for (const [method, path] of [
      ['GET', 'jobs/a'],
      ['GET', 'jobs/a/wait'],
      ['GET', 'jobs/a/events'],
      ['POST', 'jobs/a/cancel'],
    ] as const) {
      const answer = await ask(method, path, undefined, 'other');
      expect(answer).toMatchObject({ http: 404, code: 'JOBS_NOT_FOUND' });
      expect(answer).toEqual({
        ...(await ask(method, path.replace('/a', '/b'), undefined, 'other')),
        detail: answer['detail'],
        details: answer['details'],
      });
    }
    for (const name of ['count', 'sleep']) {
      const payload = name === 'count' ? { to: 2 } : null;
      const taken = await ask('POST', 'jobs', { name, payload, options: { jobId: 'a' } }, 'other');
      expect(taken).toMatchObject({ http: 409, code: 'JOBS_CONFLICT', details: { index: 0 } });
    }
    const after = { name: 'count', payload: { to: 2 }, options: { dependsOn: ['a'] } };
    expect(await ask('POST', 'jobs', after, 'other')).toMatchObject({
      http: 403,
      code: 'JOBS_FORBIDDEN',
    });
    expect(await ask('GET', 'jobs/a', undefined, 'reader')).toMatchObject({ http: 200 });
  });

  it('answer a request that is repeated with its idempotency key with the same job', async () => {
    const clock = createTestClock();
    const { ask } = await serve({ works: false, clock });
    const request = { name: 'count', payload: { to: 1 }, options: { tags: ['a'], priority: 1 } };
    const headers = { 'idempotency-key': 'order-1' };
    const first = await ask('POST', 'jobs', request, 'shop', headers);
    expect(first).toMatchObject({ http: 201 });
    const {
      options: { tags, priority },
    } = request;
    const again = { payload: { to: 1 }, options: { priority, tags }, name: 'count' };
    expect(await ask('POST', 'jobs', again, 'shop', headers)).toMatchObject({
      http: 200,
      id: first['id'],
      duplicate: true,
    });
    for (const other of [
      { ...request, payload: { to: 2 } },
      { ...request, options: {} },
      { name: 'sleep', payload: null },
    ]) {
      expect(await ask('POST', 'jobs', other, 'shop', headers)).toMatchObject({
        http: 409,
        code: 'JOBS_CONFLICT',
      });
    }
    expect(await ask('POST', 'jobs', request, 'other', headers)).toMatchObject({ http: 201 });
    await clock.advance(86_400_000 - 1);
    expect(await ask('POST', 'jobs', request, 'shop', headers)).toMatchObject({ http: 200 });
    await clock.advance(2);
    expect(await ask('POST', 'jobs', request, 'shop', headers)).toMatchObject({ http: 201 });
  });

  it('keep an idempotency key also when its job is gone', async () => {
    const { ask } = await serve();
    const request = { name: 'count', payload: { to: 1 }, options: { removeOnComplete: true } };
    const headers = { 'idempotency-key': 'order-1' };
    const { id } = await ask('POST', 'jobs', request, 'shop', headers);
    await expect.poll(() => ask('GET', `jobs/${id as string}`)).toMatchObject({ http: 404 });
    expect(await ask('POST', 'jobs', request, 'shop', headers)).toMatchObject({
      http: 200,
      id,
      duplicate: true,
    });
    const other = { ...request, payload: { to: 2 } };
    expect(await ask('POST', 'jobs', other, 'shop', headers)).toMatchObject({ http: 409 });
  });

  it.each([
    ['beside an id', 'jobs', { name: 'count', payload: { to: 1 }, options: { jobId: 'a' } }],
    ['beside a key', 'jobs', { name: 'count', payload: { to: 1 }, options: { deduplicate: 'a' } }],
    ['for many jobs', 'jobs/many', { jobs: [{ name: 'count', payload: { to: 1 } }] }],
  ])('refuse an idempotency key %s', async (_, path, body) => {
    const { ask, queue } = await serve({ works: false });
    const answer = await ask('POST', path, body, 'shop', { 'idempotency-key': 'k' });
    expect(answer).toMatchObject({ http: 400, details: { field: 'Idempotency-Key' } });
    expect((await queue.getStats()).total).toBe(0);
  });

  it.each([
    { metadata: { 'philjs.owner': 'other' } },
    { deduplicate: { key: 'philjs.idempotency:a', scope: 'queue' } },
  ])('refuse names of the server: %j', async (options) => {
    const { ask, queue } = await serve({ works: false });
    const request = { name: 'count', payload: { to: 1 }, options };
    expect(await ask('POST', 'jobs', request)).toMatchObject({
      http: 400,
      code: 'JOBS_INVALID_ARGUMENT',
    });
    expect((await queue.getStats()).total).toBe(0);
  });

  it('keep the owner of a job that an operator changes, puts back or runs again', async () => {
    const { ask, queue } = await serve({ works: false });
    await ask('POST', 'jobs', { name: 'count', payload: { to: 1 }, options: { jobId: 'a' } });
    await queue.updateJob('a', { metadata: { note: 'seen' } });
    expect(await ask('GET', 'jobs/a')).toMatchObject({ http: 200, metadata: { note: 'seen' } });
    await queue.cancelJob('a');
    await queue.retryJob('a');
    expect(await ask('GET', 'jobs/a')).toMatchObject({ http: 200, status: 'waiting' });
    await queue.process();
    await queue.waitFor('a');
    const { id } = await queue.rerunJob('a');
    expect(await ask('GET', `jobs/${id}`)).toMatchObject({ http: 200 });
  });
});
