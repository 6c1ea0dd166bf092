import { createHash } from 'node:crypto';
import { declareJob, defineJob } from '@philjs/jobs-core';
import { createQueue as createMemoryQueue } from '@philjs/jobs-memory';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createRemote, type RemoteToken } from '../src/server.ts';
import {
  exchange,
  greet,
  newJob as job,
  problemOf,
  secretOf,
  serve,
  token,
  tokens,
} from './support/served.ts';

describe('the door of a server', () => {
  it('runs a job between a producer and a worker that may do nothing else', async () => {
    const { client } = serve();
    const worker = client('worker');
    await worker.process();
    const shop = client('shop');
    const job = await shop.enqueue(greet, 'Ada');
    await expect.poll(async () => (await shop.getJob(job.id))?.result).toBe('Hello, Ada');
  });

  it.each(['100 % sure', 'a/b', 'a%2Fb', 'ü?#'])('serves a queue named %s', async (name) => {
    const { client } = serve({}, name);
    expect(await client('operator').getStats()).toMatchObject({ total: 0 });
  });

  it.each(['.', '..'])('cannot serve a queue named %s, which no address can hold', (name) => {
    const { client } = serve({}, name);
    expect(() => client('operator')).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  });

  it('logs an error that is none of ours, and says nothing of it', async () => {
    const { queue, send } = serve();
    const logged = vi.spyOn(queue.logger, 'error').mockReturnValue();
    vi.spyOn(queue.backend, 'counts').mockRejectedValue(new TypeError('the password is 1234'));
    const answer = await send('counts');
    expect([answer.status, await answer.text()]).toEqual([
      503,
      expect.not.stringContaining('1234'),
    ]);
    expect(logged).toHaveBeenCalledWith(expect.any(String), {
      error: expect.objectContaining({ message: 'the password is 1234' }),
    });
  });

  it('shows a producer only what it enqueued, and cancels nothing else', async () => {
    const { client } = serve();
    const [shop, other] = [client('shop'), client('other')];
    const mine = await shop.enqueue(greet, 'Ada', { jobId: 'mine' });
    expect(await other.getJob(mine.id)).toBe(undefined);
    expect(await other.cancelJob(mine.id)).toBe('not-found');
    expect(await client('reader').getJob(mine.id)).toMatchObject({ payload: 'Ada' });
    expect(await shop.cancelJob(mine.id)).toBe('cancelled');
  });

  it.each([{ jobId: 'mine' }, { deduplicate: 'key' }])(
    'says nothing of a job of another producer that has %j',
    async (options) => {
      const { client } = serve();
      await client('shop').enqueue(greet, 'Ada', options);
      const again = client('other').enqueue(greet, 'Bob', options);
      const error = await again.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'JOBS_CONFLICT' });
      expect(JSON.stringify(error)).not.toContain('Ada');
      expect(await client('shop').enqueue(greet, 'Ada', options)).toMatchObject({
        duplicate: true,
      });
    },
  );

  it.each(['replace', 'extend'] as const)(
    'lets no job of another producer be taken over by one with `%s`',
    async (mode) => {
      const { client } = serve();
      const deduplicate = { key: 'key', mode };
      const mine = await client('shop').enqueue(greet, 'Ada', { deduplicate });
      await client('other').enqueue(greet, 'Eve', { deduplicate });
      expect(await client('shop').getJob(mine.id)).toMatchObject({ payload: 'Ada' });
      await client('shop').enqueue(greet, 'Bob', { deduplicate });
      expect(await client('shop').getJob(mine.id)).toMatchObject({ payload: 'Bob' });
    },
  );

  it('hands a worker the jobs of its names alone, and those of others to others', async () => {
    const { client, queue } = serve({
      tokens: [...tokens, { ...token('limited', 'work'), jobs: ['greet'] }],
    });
    const other = defineJob({ name: 'other', handler: async () => 'ran elsewhere' });
    const first = await queue.enqueue(other, undefined);
    const { id } = await queue.enqueue(greet, 'Ada');
    const worker = client('limited');
    await worker.process();
    expect(await queue.waitFor(id, { timeout: 5000 })).toBe('Hello, Ada');
    expect(await queue.getJob(first.id)).toMatchObject({ status: 'delayed', attemptsMade: 0 });
    expect(await worker.getJob(first.id)).toBe(undefined);
    expect(await worker.getJob(id)).toMatchObject({ payload: 'Ada' });
    await worker.stop();
    await queue.process();
    expect(await queue.waitFor(first.id, { timeout: 10_000 })).toBe('ran elsewhere');
  });

  it('lets a worker of some names end, renew and mark no other jobs, though it guesses a lease', async () => {
    const { client, send, queue } = serve({
      tokens: [...tokens, { ...token('limited', 'work'), jobs: ['greet'] }],
    });
    let end = (_: string): void => undefined;
    const other = defineJob({
      name: 'other',
      handler: () =>
        new Promise<string>((resolve) => {
          end = resolve;
        }),
    });
    queue.register(other);
    await queue.enqueue(other, undefined, { jobId: 'a' });
    await queue.process();
    await expect.poll(async () => (await queue.getJob('a'))?.status).toBe('active');
    const lease = { id: 'a', fencingToken: 1 };
    const ended = [{ lease, outcome: { type: 'complete', result: 'forged' } }];
    const calls: [path: string, params: object][] = [
      ['leases/exchange', { ...exchange, ended }],
      ['leases/exchange', { ...exchange, limits: { other: {} } }],
      ['leases/extend', { holder: 'w', leases: [lease], now: 0, leaseMs: 1000 }],
      ['setProgress', { lease, progress: 1 }],
      ['limits/holdBack', { lease, ms: 1, now: 0 }],
      ['limits/publish', { limits: { other: { concurrency: 0 } } }],
      ['limits/read', { name: 'other' }],
      ['logs/append', { id: 'a', lines: [{ at: 0, attempt: 1, message: 'forged' }] }],
      ['workflows/addChildren', { lease, jobs: [], onDependencyFailure: 'fail' }],
      ['workflows/dependencies', { job: { queueName: queue.name, id: 'a' }, limit: 1 }],
    ];
    for (const [path, params] of calls) {
      const answer = send(path, { body: JSON.stringify(params) }, 'limited');
      expect([path, await problemOf(answer)]).toEqual([
        path,
        { code: 'JOBS_FORBIDDEN', status: 403 },
      ]);
    }
    expect(await client('limited').getJob('a')).toBe(undefined);
    end('done');
    expect(await queue.waitFor('a')).toBe('done');
  });

  it('lets a producer enqueue no jobs but those of its names', async () => {
    const { client, send } = serve({
      tokens: [{ ...token('limited', 'produce'), jobs: ['greet'] }],
    });
    const other = declareJob<null>({ name: 'other' });
    await expect(client('limited').enqueue(other, null)).rejects.toMatchObject({
      code: 'JOBS_FORBIDDEN',
    });
    const body = JSON.stringify({ name: 'other', payload: null });
    expect(await problemOf(send('jobs', { body }, 'limited'))).toMatchObject({ status: 403 });
    await client('limited').enqueue(greet, 'Ada');
  });

  it('reaches no other queue of the store by a job that it waits for', async () => {
    const only = ['produce', 'read', 'work'] as const;
    const name = crypto.randomUUID();
    const { send } = serve({ tokens: [{ ...token('one', ...only), queues: [name] }] }, name);
    const of = { queueName: 'another', id: 'a' };
    const dependencies = JSON.stringify({ job: of, limit: 1 });
    expect(
      await problemOf(send('workflows/dependencies', { body: dependencies }, 'one')),
    ).toMatchObject({ status: 403 });
    const jobs = JSON.stringify({
      jobs: [{ ...job, dependsOn: [of], onDependencyFailure: 'fail' }],
    });
    expect(await problemOf(send('workflows/add', { body: jobs }, 'one'))).toMatchObject({
      status: 403,
    });
    const plain = JSON.stringify({
      name: 'greet',
      payload: 'Ada',
      options: { dependsOn: [{ queue: 'another', id: 'a' }] },
    });
    expect(await problemOf(send('jobs', { body: plain }, 'one'))).toMatchObject({ status: 403 });
  });

  it('lets a worker add no job to another queue as a dead letter', async () => {
    const { send } = serve();
    const error = { name: 'Error', message: '' };
    const deadLetter = { queue: 'another', job: { ...job, name: 'greet' } };
    const outcome = { type: 'fail', error, failures: [], attemptUsed: true, deadLetter };
    const ended = [{ lease: { id: 'a', fencingToken: 1 }, outcome }];
    const body = JSON.stringify({ ...exchange, ended });
    expect(await problemOf(send('leases/exchange', { body }, 'worker'))).toMatchObject({
      status: 403,
    });
  });

  it('lets a producer wait for no jobs but its own', async () => {
    const { client, queue } = serve();
    await client('other').enqueue(greet, 'Ada', { jobId: 'theirs' });
    await client('shop').enqueue(greet, 'Ada', { jobId: 'mine' });
    const after = (id: string) => client('shop').enqueue(greet, 'Bob', { dependsOn: [id] });
    const errors = await Promise.all(
      ['theirs', 'nobodys'].map((id) => after(id).catch((error: unknown) => error)),
    );
    expect(errors[0]).toMatchObject({ code: 'JOBS_FORBIDDEN', details: { index: 0 } });
    expect(errors[1]).toEqual(errors[0]);
    expect((await queue.getStats()).total).toBe(2);
    expect(await after('mine')).toMatchObject({ status: 'blocked' });
  });

  it('checks the payloads that a client made by the schema of the server', async () => {
    const sum = defineJob({ name: 'sum', schema: z.array(z.number()), handler: async () => 0 });
    const { client, queue } = serve();
    queue.register(sum);
    const unchecked = declareJob<unknown>({ name: 'sum' });
    const bad = client('shop').enqueueMany([
      { job: unchecked, payload: [1] },
      { job: unchecked, payload: ['one'] },
    ]);
    await expect(bad).rejects.toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
      details: { index: 1 },
    });
    expect((await queue.getStats()).total).toBe(0);
    await client('shop').enqueue(unchecked, [1]);
  });

  it('lets pages send the headers of its clients, and read when to call again', async () => {
    const { send } = serve({ origins: ['https://shop.example'] });
    const headers = {
      origin: 'https://shop.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,philjs-jobs-clock,idempotency-key',
    };
    const answer = await send('add', { method: 'OPTIONS', headers });
    const allowed = answer.headers.get('access-control-allow-headers')?.toLowerCase();
    for (const name of headers['access-control-request-headers'].split(',')) {
      expect(allowed).toContain(name);
    }
    const called = await send('counts', { headers: { origin: 'https://shop.example' } });
    expect(called.headers.get('access-control-expose-headers')).toBe('Retry-After');
  });

  it('refuses a token of other queues', async () => {
    const { send } = serve();
    const answer = send('counts', {}, 'elsewhere');
    expect(await problemOf(answer)).toEqual({ code: 'JOBS_FORBIDDEN', status: 403 });
  });

  it('refuses more calls a minute than its limit, and says when to call again', async () => {
    const { send } = serve({ limits: { callsPerMinute: 3 } });
    const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => send('counts')));
    const late = answers.find(({ status }) => status === 429);
    expect(Number(late?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await send('counts', {}, 'reader')).status).toBe(200);
  });

  it('answers pages of the origins it was given, and of no others', async () => {
    const { send } = serve({ origins: ['https://shop.example'] });
    const from = async (origin: string) =>
      (await send('counts', { headers: { origin } })).headers.get('access-control-allow-origin');
    expect(await from('https://shop.example')).toBe('https://shop.example');
    expect(await from('https://evil.example')).toBe(null);
  });

  it('takes the hash of a secret in its place, and two secrets of one name', async () => {
    const hash = createHash('sha256').update(secretOf('new')).digest('hex');
    const both = [
      token('operator', 'operate'),
      { name: 'operator', hash, roles: ['operate'] as const },
    ];
    const { send } = serve({ tokens: both });
    expect((await send('counts', {}, 'operator')).status).toBe(200);
    expect((await send('counts', {}, 'new')).status).toBe(200);
  });

  it.each([
    ['no token', []],
    ['a short secret', [{ name: 'a', secret: 'short', roles: ['read'] }]],
    ['an unknown role', [{ ...token('a'), roles: ['admin'] }]],
    ['no role', [token('a')]],
    ['a hash that is none', [{ name: 'a', hash: 'abc', roles: ['read'] }]],
    ['both', [{ ...token('a', 'read'), hash: 'a'.repeat(64) }]],
    ['names of jobs beside a role that reads all', [{ ...token('a', 'read'), jobs: ['b'] }]],
    ['names of jobs that are no list', [{ ...token('a', 'work'), jobs: 'greet' }]],
  ])('cannot be made with %s, and says no secret', (_, wrong) => {
    const queue = createMemoryQueue({ name: crypto.randomUUID() });
    const make = () => createRemote(queue, { tokens: wrong as RemoteToken[] });
    expect(make).toThrow(expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }));
    expect(make).toThrow(expect.not.stringContaining(secretOf('a')));
  });
});
