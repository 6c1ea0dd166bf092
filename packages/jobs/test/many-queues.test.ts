import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectTypeOf, test } from 'vitest';
import {
  createMemoryStore,
  createQueues,
  defineConfig,
  defineJob,
  Monitor,
  Schedulers,
} from '../src/index.ts';
import { callCli, makeProject } from './cli-trial.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

const CONFIG = `
import { createQueues, defineConfig, defineJob } from '@philjs/jobs';
const mail = defineJob({ name: 'mail', queue: 'emails', handler: ({ to }: { to: string }) => 'to ' + to });
const report = defineJob({
  name: 'report',
  queue: 'reports',
  handler: (_: null, ctx) => ctx.queues.enqueue(mail, { to: 'ada' }, { jobId: 'told' }).then(({ id }) => id),
});
const logger = { debug() {}, info() {}, warn() {}, error() {} };
const queues = createQueues({ emails: {}, reports: {} }, { jobs: [mail, report], logger });
export default defineConfig({ queues });
`;

test('the command line runs and counts many queues, whose handlers enqueue to each other', async () => {
  const cwd = await makeProject();
  writeFileSync(join(cwd, 'jobs.config.ts'), CONFIG);
  const json = async (...args: string[]): Promise<unknown> => {
    const settings = { cwd, databaseUrl: `sqlite:${join(cwd, 'jobs.sqlite')}` };
    const { code, stdout, stderr } = await callCli(['--json', ...args], settings);
    if (code !== 0) throw new Error(stderr);
    return stdout === '' ? undefined : JSON.parse(stdout);
  };
  await json('enqueue', 'report', '--data', 'null', '--id', 'first');
  await json('work', '--once', '--queues', 'reports');
  await json('work', '--once', '--queues', 'emails:5');
  expect(await json('show', 'told')).toMatchObject({ status: 'completed', result: 'to ada' });
  expect(await json('stats')).toMatchObject([
    { queue: 'emails', completed: 1 },
    { queue: 'reports', completed: 1 },
  ]);
});

test('a monitor, schedulers and a configuration take many queues as they are', async () => {
  const report = defineJob({ name: 'report', queue: 'reports', handler: (month: string) => month });
  const parts = { emails: {}, reports: { concurrency: 2 } };
  const queues = createQueues(parts, { jobs: [report], logger: quiet });
  const schedulers = new Schedulers(queues);
  const id = await schedulers.schedule(report, { cron: '0 3 * * *', payload: 'May' });
  expect(await schedulers.get('reports').getScheduledJob(id)).toMatchObject({ jobName: 'report' });
  expect(await schedulers.get('emails').getAllScheduledJobs()).toEqual([]);
  await schedulers.start();
  await queues.process();
  await schedulers.scheduleOnce(report, 'now', new Date(0));
  await expect.poll(async () => (await queues.getStats()).reports.completed).toBe(1);
  const monitor = new Monitor(queues, schedulers);
  expect(monitor.queues.map(({ name }) => name)).toEqual(['emails', 'reports']);
  expect(defineConfig({ queues }).queues).toEqual(queues.all);
  // @ts-expect-error the payload of a schedule is that of its job
  expectTypeOf(schedulers.schedule(report, { cron: '0 3 * * *', payload: 5 }));
  await schedulers.stop();
  await queues.close();
});

test('queues in memory share the store they are given', async () => {
  const { createQueues: inMemory } = await import('@philjs/jobs-memory');
  const store = createMemoryStore();
  const [one, two] = [inMemory({ a: {} }, { store }), inMemory({ a: {} }, { store })];
  const job = defineJob({ name: 'job', queue: 'a', handler: () => 'done' });
  await one.enqueue(job);
  expect((await two.getStats()).a.waiting).toBe(1);
  await Promise.all([one.close(), two.close()]);
});
