import { RedisServer } from '@philjs/jobs-faults';
import { Scheduler } from '@philjs/jobs-scheduler';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { callCli, makeProject } from './cli-trial.ts';
import { greet, severalQueues } from './several-queues.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

interface Page {
  readonly jobs: readonly { readonly id: string }[];
  readonly cursor?: string;
}

const later = (jobId: string) => ({ jobId, delay: 3_600_000 });

test('the id of a job decides the queue where only one has it', async () => {
  const { mails, files, cli, json } = await severalQueues(server);
  await files.enqueue(greet, { name: 'Ada' }, later('f1'));
  for (const queue of [mails, files]) await queue.enqueue(greet, { name: 'Bob' }, later('both'));
  expect(await json('show', 'f1')).toMatchObject({ id: 'f1' });
  expect((await cli('logs', 'f1')).code).toBe(0);
  expect(await json('update', 'f1', '--priority', '3')).toEqual({ updated: 'f1' });
  const partly = await cli('--json', 'cancel', 'f1', 'nowhere');
  expect(partly.code).toBe(1);
  expect(JSON.parse(partly.stdout)).toMatchObject({ changed: 1, failures: [{ id: 'nowhere' }] });
  expect(await json('retry', 'f1')).toMatchObject({ changed: 1 });
  // Named twice, as a list that a script put together may have it, it is one job.
  expect(await json('cancel', 'f1', 'f1')).toMatchObject({ matched: 1, changed: 1 });
  for (const command of ['show', 'logs', 'cancel', 'promote']) {
    expect([command, (await cli(command, 'both')).code]).toEqual([command, 2]);
    const unknown = await cli(command, 'nowhere');
    expect([command, unknown.code]).toEqual([command, 1]);
    expect(unknown.stderr).toContain('nowhere');
  }
  expect(await json('cancel', 'both', '--queue', 'mails')).toMatchObject({ changed: 1 });
  expect(await files.getJob('both')).toMatchObject({ status: 'delayed' });
});

test('a search decides the queue where only one has jobs that match', async () => {
  const { mails, files, cli, json } = await severalQueues(server);
  await files.enqueue(greet, { name: 'Ada' }, later('f1'));
  await mails.enqueue(greet, { name: 'Bob' });
  expect(await json('list', 'status:delayed')).toMatchObject({ jobs: [{ id: 'f1' }] });
  expect(await json('list', 'status:failed')).toMatchObject({ jobs: [], total: 0 });
  expect(await json('cancel', '--search', 'status:failed', '--yes')).toMatchObject({ changed: 0 });
  expect((await cli('cancel', '--search', 'name:greet', '--yes')).code).toBe(2);
  const search = ['--search', 'status:delayed'];
  expect(await json('cancel', ...search, '--dry-run')).toEqual({ matched: 1 });
  expect(await json('cancel', ...search, '--yes')).toMatchObject({ changed: 1 });
  expect(await mails.getStats()).toMatchObject({ waiting: 1, cancelled: 0 });
});

test('a list is of all queues, each job with its queue, page by page', async () => {
  const { mails, files, cli, json } = await severalQueues(server);
  const ids = ['m1', 'f1', 'm2', 'f2', 'f3'];
  for (const [place, id] of ids.entries()) {
    const queue = id.startsWith('m') ? mails : files;
    await queue.enqueue(greet, { name: 'Ada' }, { jobId: id, delay: 3_600_000 });
    const { createdAt } = (await queue.getJob(id)) ?? {};
    // Jobs of one millisecond have no order among queues.
    if (place < ids.length - 1) await vi.waitUntil(() => Date.now() > Number(createdAt));
  }
  await mails.enqueue(greet, { name: 'Bob' }, { jobId: 'm3' });
  const delayed = { jobs: [{ id: 'f3' }, { id: 'f2' }, { id: 'm2' }, { id: 'f1' }, { id: 'm1' }] };
  expect(await json('list', 'status:delayed')).toMatchObject(delayed);
  expect(await json('list')).toMatchObject({
    jobs: [{ id: 'm3', queue: 'mails' }, { queue: 'files' }, {}, {}, {}, {}],
    scanned: 6,
    total: 6,
  });
  expect((await cli('list')).stdout).toMatch(/^ id +queue .*\n m3 +mails /);
  const seen: string[] = [];
  const flags = ['list', '--limit', '2', 'status:delayed'];
  let next: string[] | undefined = [];
  while (next !== undefined) {
    const page = (await json(...flags, ...next)) as Page;
    seen.push(...page.jobs.map(({ id }) => id));
    next = page.cursor === undefined ? undefined : ['--cursor', page.cursor];
  }
  expect(seen).toEqual(delayed.jobs.map(({ id }) => id));
  // What is printed goes on where it is pasted.
  const [, cursor] = /--cursor '(.*)'$/m.exec((await cli(...flags)).stdout) ?? [];
  expect((await cli(...flags, '--cursor', cursor as string)).stdout).toContain('m2');
  expect((await cli('list', '--cursor', 'x')).code).toBe(2);
});

test('a search that names a queue acts on that one alone', async () => {
  const { mails, files, cli, json } = await severalQueues(server);
  await files.enqueue(greet, { name: 'Ada' }, later('f1'));
  const search = ['--search', 'queue:mails status:delayed'];
  expect(await json('list', 'queue:mails')).toMatchObject({ jobs: [] });
  expect(await json('remove', ...search, '--dry-run')).toEqual({ matched: 0 });
  expect(await json('remove', ...search, '--yes')).toMatchObject({ changed: 0 });
  expect(await json('remove', ...search, '--yes', '--queue', 'files')).toMatchObject({
    changed: 0,
  });
  expect(await files.getJob('f1')).toMatchObject({ status: 'delayed' });
  await mails.enqueue(greet, { name: 'Bob' }, later('m1'));
  expect(await json('list', 'queue:files')).toMatchObject({ jobs: [{ id: 'f1' }] });
  const page = await json('list', '--limit', '1', 'queue:mails');
  expect(page).toMatchObject({ jobs: [{ id: 'm1' }], cursor: expect.any(String) });
  const { cursor } = page as { readonly cursor: string };
  expect(await json('list', '--cursor', cursor, 'queue:mails')).toMatchObject({ jobs: [] });
  for (const args of [
    ['list', 'queue:nowhere'],
    ['remove', '--search', 'queue:nowhere', '--yes'],
  ]) {
    const refused = await cli(...args);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('nowhere')]);
  }
});

test('the schedules of all queues are listed, each with its queue', async () => {
  const { mails, files, cli, json } = await severalQueues(server);
  for (const queue of [mails, files]) {
    const scheduler = new Scheduler(queue);
    const options = { id: `of-${queue.name}`, cron: '0 9 * * *', payload: { name: 'Ada' } };
    await scheduler.schedule(greet, options);
    onTestFinished(async () => void (await scheduler.remove(options.id)));
  }
  expect(await json('schedules', 'list')).toMatchObject([
    { queue: 'mails', id: 'of-mails' },
    { queue: 'files', id: 'of-files' },
  ]);
  expect(await json('schedules', 'list', '--queue', 'files')).toMatchObject([{ id: 'of-files' }]);
  expect((await cli('schedules', 'list')).stdout).toMatch(/of-mails +mails.*\n.*of-files +files/);
});

test('a job that no queue knows is refused with the name that was meant', async () => {
  const { cli } = await severalQueues(server);
  const { code, stderr } = await cli('enqueue', 'gret', '--data', '{"name":"Ada"}');
  expect(code).toBe(2);
  expect(stderr).toContain('`greet`');
});

test('without a configuration a search of another queue says how to look there', async () => {
  const cwd = await makeProject();
  const { code, stderr } = await callCli(['list', 'queue:mails'], { cwd, redisUrl: server.url });
  expect(code).toBe(2);
  expect(stderr).toContain('--queue mails');
});
