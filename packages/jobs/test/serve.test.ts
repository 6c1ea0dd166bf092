import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { createQueue, type RemoteQueue } from '@philjs/jobs-remote';
import { describe, expect, onTestFinished, test } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';
import { type Serving, startServer } from './served-queues.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const greet = defineJob({ name: 'greet', handler: (name: string) => `Hello, ${name}` });
const secrets = { shop: 'the-secret-of-the-shop-2026', worker: 'the-secret-of-workers-2026' };
const TOKENS = JSON.stringify([
  { name: 'shop', secret: secrets.shop, roles: ['produce'] },
  { name: 'worker', secret: secrets.worker, roles: ['work'] },
]);

function clientOf({ url }: Pick<Serving, 'url'>, token = '', name = 'default'): RemoteQueue {
  const queue = createQueue({ name, url, token, jobs: [greet], logger: quiet });
  onTestFinished(() => queue.close({ timeout: 0 }));
  return queue;
}

/** Returns an address of this machine that others can reach. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flat();
  const own = addresses.find((one) => one?.family === 'IPv4' && !one.internal);
  expect(own).toBeDefined();
  return own?.address ?? '';
}

describe('philjs-jobs serve', () => {
  test('serves a SQLite file of its folder to this machine alone, where nothing else is given', async () => {
    const cwd = await makeProject();
    const server = await startServer(cwd);
    expect(server).toMatchObject({ store: 'sqlite', queues: ['default'], tokens: ['local'] });
    const worker = clientOf(server, server.token);
    await worker.process();
    expect(await worker.waitFor(await worker.enqueue(greet, 'Ada'))).toBe('Hello, Ada');
    expect(existsSync(join(cwd, 'jobs.sqlite'))).toBe(true);
    const { port } = new URL(server.url);
    await expect(fetch(`http://${ownAddress()}:${port}/`)).rejects.toThrow('fetch failed');
    const stranger = clientOf(server, 'another-token');
    await expect(stranger.getStats()).rejects.toMatchObject({ code: 'JOBS_UNAUTHENTICATED' });
  });

  test('lets in the token of its clients where it is given no others, and does not print it', async () => {
    const env = { PHILJS_JOBS_TOKEN: 'one-token-for-both-sides-2026' };
    const server = await startServer(await makeProject(), { env });
    expect(server.token).toBe(undefined);
    const client = clientOf(server, env.PHILJS_JOBS_TOKEN);
    expect(await client.getStats()).toMatchObject({ total: 0 });
  });

  test.each(['the environment', 'a file'])(
    'takes the tokens of %s, and lets others reach it',
    async (from) => {
      const cwd = await makeProject();
      await writeFile(join(cwd, 'tokens.json'), TOKENS);
      const given =
        from === 'a file'
          ? { args: ['--tokens-file', 'tokens.json'] }
          : { env: { PHILJS_JOBS_TOKENS: TOKENS } };
      const server = await startServer(cwd, given);
      expect(JSON.stringify({ ...server, child: undefined })).not.toContain('the-secret');
      expect(server.tokens).toEqual(['shop', 'worker']);
      const url = `http://${ownAddress()}:${new URL(server.url).port}`;
      const worker = clientOf({ url }, secrets.worker);
      await worker.process();
      const shop = clientOf({ url }, secrets.shop);
      const { id } = await shop.enqueue(greet, 'Bob');
      await expect.poll(async () => (await shop.getJob(id))?.result).toBe('Hello, Bob');
      await expect(shop.getStats()).rejects.toMatchObject({ code: 'JOBS_FORBIDDEN' });
    },
  );

  test('serves several queues of the store that the environment names', async () => {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.stop());
    const server = await startServer(await makeProject(), {
      args: ['--queues', 'mails, reports'],
      env: { REDIS_URL: redis.url },
    });
    expect(server).toMatchObject({ store: 'redis', queues: ['mails', 'reports'] });
    expect(await clientOf(server, server.token, 'reports').getStats()).toMatchObject({ total: 0 });
    const other = clientOf(server, server.token, 'other');
    await expect(other.getStats()).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' });
  });

  test('fires the schedules of its queues', async () => {
    const cwd = await makeProject();
    await writeFile(
      join(cwd, 'jobs.config.mjs'),
      `import { createQueue, defineConfig, defineJob } from '@philjs/jobs';
       const greet = defineJob({ name: 'greet', handler: () => undefined });
       export default defineConfig({
         queues: [createQueue({ name: 'clock', jobs: [greet] })],
         schedules: (scheduler) => scheduler.schedule(greet, { every: 300, payload: 'all' }),
       });`,
    );
    const server = await startServer(cwd);
    expect(server.queues).toEqual(['clock']);
    const worker = clientOf(server, server.token, 'clock');
    await worker.process();
    await expect.poll(async () => (await worker.getStats()).completed).toBeGreaterThan(1);
  });

  test('ends at SIGTERM while workers wait, once a call under way is answered', async () => {
    const { child, ...server } = await startServer(await makeProject());
    const worker = clientOf(server, server.token);
    await worker.process();
    const body = JSON.stringify({ id: 'none' });
    const call = request(`${server.url}/v1/queues/default/get`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-length': body.length },
    });
    const answered = once(call, 'response');
    call.write(body.slice(0, 5));
    await sleep(200);
    const since = Date.now();
    child.kill('SIGTERM');
    await sleep(200);
    call.end(body.slice(5));
    const [answer] = (await answered) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(200);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(Date.now() - since).toBeLessThan(5_000);
  });
});

describe('philjs-jobs serve refuses', () => {
  const refused: readonly (readonly [string, readonly string[], Record<string, string>, string])[] =
    [
      ['to listen for others without tokens', ['--host', '0.0.0.0'], {}, '--host'],
      ['tokens that are no JSON', [], { PHILJS_JOBS_TOKENS: '[{"secret":"hush-hush"' }, 'not JSON'],
      [
        'tokens that are no list',
        [],
        { PHILJS_JOBS_TOKENS: '{"secret":"hush-hush"}' },
        'PHILJS_JOBS_TOKENS',
      ],
      [
        'a secret that is too short',
        [],
        { PHILJS_JOBS_TOKENS: '[{"name":"a","roles":["work"],"secret":"hush-hush"}]' },
        'tokens[0].secret',
      ],
      ['a file of tokens that is not there', ['--tokens-file', 'none.json'], {}, '--tokens-file'],
      ['to serve another server', ['--remote', 'http://localhost:1'], {}, '--remote'],
      ['a port that is none', ['--port', '70000'], {}, '--port'],
    ];
  test.each(refused)('%s', async (_, args, env, expected) => {
    const cwd = await makeProject();
    const answer = await callCli(['serve', '--port', '0', ...args], { cwd, env });
    expect(answer).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(expected),
    });
    expect(answer.stderr).not.toContain('hush-hush');
  });
});
