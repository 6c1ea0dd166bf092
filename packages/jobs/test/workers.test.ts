import { hostname } from 'node:os';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { greet, severalQueues } from './several-queues.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

test('lists the workers of all queues, or of one', async () => {
  const { mails, files, cli, json } = await severalQueues(server);
  expect(await json('workers')).toEqual([]);
  expect((await cli('workers')).stdout).toContain('No worker');
  await mails.process({ concurrency: 7 });
  await files.process({ concurrency: 2 });
  const own = { host: hostname(), pid: process.pid, jobs: { greet: 1 } };
  expect(await json('workers')).toMatchObject([
    { ...own, queue: 'mails', concurrency: 7, seenAt: expect.any(String) },
    { ...own, queue: 'files', concurrency: 2, startedAt: expect.any(String) },
  ]);
  expect(await json('workers', '--queue', 'files')).toMatchObject([{ queue: 'files' }]);
  const { stdout } = await cli('workers');
  expect(stdout).toMatch(new RegExp(`mails +\\S+ +${process.pid} +0/7 +greet `));
});

test('asks a worker to be quiet or to stop, by its id or by its process', async () => {
  const { mails, files, cli, json } = await severalQueues(server);
  await mails.process();
  await files.process();
  const [{ id }] = (await json('workers', '--queue', 'mails')) as [{ id: string }];
  expect(await json('workers', 'quiet', id)).toEqual([{ queue: 'mails', id, asked: 'quiet' }]);
  expect(await json('workers')).toMatchObject([{ id, asked: 'quiet' }, { queue: 'files' }]);
  expect(await json('workers', 'stop', `${hostname()}:${process.pid}`)).toMatchObject([
    { queue: 'mails', asked: 'stop' },
    { queue: 'files', asked: 'stop' },
  ]);
  expect(await cli('workers', 'stop', 'nobody:1')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('nobody:1'),
  });
});

test('clears a queue of what is not active, once that is agreed to', async () => {
  const { mails, cli, json } = await severalQueues(server);
  const clear = ['clear', '--queue', 'mails'];
  for (const name of ['a', 'b', 'c']) await mails.enqueue(greet, { name }, { delay: 3_600_000 });
  expect((await cli('clear', '--yes')).code).toBe(2);
  expect((await cli(...clear)).code).toBe(2);
  expect(await json(...clear, '--dry-run')).toEqual({ matched: 3 });
  expect(await mails.getStats()).toMatchObject({ delayed: 3 });
  expect(await json(...clear, '--yes')).toEqual({ matched: 3, removed: 3 });
  expect(await mails.getStats()).toMatchObject({ total: 0 });
  expect(await json(...clear)).toEqual({ matched: 0, removed: 0 });
});
