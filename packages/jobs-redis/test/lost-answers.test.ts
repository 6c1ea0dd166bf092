import { defineJob, type IQueue } from '@philjs/jobs-core';
import type { Backend, ScheduleStore } from '@philjs/jobs-core/backend';
import { createFaultProxy, type FaultProxy, RedisServer } from '@philjs/jobs-faults';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createQueue } from '../src/redis-queue.ts';

const work = defineJob({
  ...{ name: 'work', attempts: 1, removeOnCancel: 0 },
  handler: () => Promise.reject(new Error()),
});

let server: RedisServer;
let proxy: FaultProxy;
let queue: IQueue;
let backend: Backend;

beforeAll(async () => {
  server = await RedisServer.start();
  proxy = await createFaultProxy({ target: { port: server.port }, protocol: 'resp' });
});
afterAll(async () => {
  await proxy.close();
  await server.stop();
});

beforeEach(async ({ task }) => {
  const redis = `redis://127.0.0.1:${proxy.port}`;
  queue = createQueue({ name: `lost-${task.id}`, redis, jobs: [work] });
  ({ backend } = queue);
  await queue.isPaused();
});
afterEach(async () => {
  proxy.heal();
  await queue.close();
});

/** Jobs to act on: one so that the server knows the scripts, one to learn them from, and one whose answer is lost. */
const IDS = ['first', 'known', 'lost'];

/** Loses the answer of the next script that says something, and is the given one; the server has executed it. */
function loseAnswer(about = 'lost', sha?: string): { readonly lost: () => boolean } {
  let lost = 0;
  const command = ([name = '', script, ...words]: readonly string[]): boolean => {
    const isIt = /^evalsha$/i.test(name) && words.includes(about) && (sha ?? script) === script;
    if (!isIt || lost > 0) return false;
    lost += 1;
    return true;
  };
  proxy.intercept({ command, answer: 'reset' });
  return { lost: () => lost === 1 };
}

/** Returns the last script about a job that a call sends. */
async function scriptOf(about: string, call: () => Promise<unknown>): Promise<string> {
  let last = '';
  const command = ([name = '', script = '', ...words]: readonly string[]): boolean => {
    if (/^evalsha$/i.test(name) && words.includes(about)) last = script;
    return false;
  };
  proxy.intercept({ command, answer: 'none' });
  await call();
  proxy.heal();
  return last;
}

async function failed(): Promise<void> {
  for (const jobId of IDS) await queue.enqueue(work, undefined, { jobId });
  await queue.process();
  await Promise.all(IDS.map((id) => queue.waitFor(id).catch(() => undefined)));
  await queue.stop();
}

async function delayed(): Promise<void> {
  for (const jobId of IDS) await queue.enqueue(work, undefined, { jobId, delay: 3_600_000 });
}

test.each<[string, () => Promise<void>, (id: string) => Promise<unknown>, unknown]>([
  ['retryJob', failed, (id) => queue.retryJob(id), true],
  ['retryJobs', failed, (id) => queue.retryJobs({ ids: [id] }), 1],
  ['promoteJob', delayed, (id) => queue.promoteJob(id), true],
  ['promoteJobs', delayed, (id) => queue.promoteJobs({ ids: [id] }), 1],
  ['removeJob', delayed, (id) => queue.removeJob(id, { strict: true }), true],
  ['removeJobs', delayed, (id) => queue.removeJobs({ ids: [id] }), 1],
  ['cancelJob', delayed, (id) => queue.cancelJob(id, { strict: true }), 'cancelled'],
  ['cancelJobs', delayed, (id) => queue.cancelJobs({ ids: [id] }), 1],
  ['updateJob', delayed, (id) => queue.updateJob(id, { priority: 5 }), undefined],
  ['enqueue', async () => undefined, (jobId) => enqueued(jobId), undefined],
  [
    'removing a schedule',
    scheduled,
    (id) => Promise.resolve(backend.schedules?.remove({ id })),
    true,
  ],
])('%s tells what it did although its first answer was lost', async (_, prepare, act, told) => {
  await prepare();
  expect(await act('first')).toBe(told);
  const sha = await scriptOf('known', async () => expect(await act('known')).toBe(told));
  const answer = loseAnswer('lost', sha);
  expect(await act('lost')).toBe(told);
  expect(answer.lost()).toBe(true);
});

/** Returns whether it found the job there. */
async function enqueued(jobId: string): Promise<boolean | undefined> {
  return (await queue.enqueue(work, undefined, { jobId })).duplicate;
}

async function scheduled(): Promise<void> {
  for (const id of IDS) {
    const schedule = { id, jobName: 'work', spec: {}, state: {}, nextAt: undefined };
    await backend.schedules?.put({ schedule });
  }
}

test('children that wait for each other are new although their first answer was lost', async () => {
  const told: unknown[] = [];
  const parent = defineJob({
    name: 'parent',
    handler: async (id: string, ctx): Promise<void> => {
      const child = async (jobId: string) => queue.prepare(work, undefined, { jobId });
      const first = await child(`${id} 1`);
      const dependsOn = [{ queueName: queue.name, id: first.id }];
      const jobs = [
        first,
        { ...(await child(id)), dependsOn, onDependencyFailure: 'fail' as const },
      ];
      if (id === 'lost') loseAnswer();
      const lease = { id: ctx.jobId, fencingToken: ctx.fencingToken };
      const added = { lease, jobs, onDependencyFailure: 'fail' as const };
      const results = await backend.workflows?.addChildren(added);
      told.push(results?.map(({ outcome }) => outcome));
    },
  });
  queue.register(parent);
  await queue.process();
  for (const id of IDS) {
    const items = { job: parent, payload: id, options: { jobId: `parent ${id}` } };
    await queue.enqueueMany([
      items,
      {
        job: work,
        payload: undefined,
        options: { jobId: `after ${id}`, dependsOn: [items.options.jobId] },
      },
    ]);
    await queue.waitFor(`after ${id}`).catch(() => undefined);
  }
  expect(told).toEqual(IDS.map(() => ['added', 'added']));
});

test('clear counts the jobs of a step whose answer was lost', async () => {
  await delayed();
  await queue.clear();
  await delayed();
  const answer = loseAnswer('delayed');
  expect(await queue.clear()).toBe(IDS.length);
  expect(answer.lost()).toBe(true);
});

test('a line of a log is written once', async () => {
  await delayed();
  const write = (id: string): Promise<void> =>
    backend.logs?.append({ id, lines: [{ at: 0, attempt: 1, message: 'once' }] }) ??
    Promise.resolve();
  await write('known');
  const answer = loseAnswer();
  await write('lost');
  expect(answer.lost()).toBe(true);
  expect((await queue.getLogs('lost')).total).toBe(1);
});

test('figures are added once', async () => {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  const none = { buckets: {}, sum: 0 };
  const record = async (name: string): Promise<void> => {
    const bucket = { minute, name, counts: { completed: 1 }, wait: none, run: none };
    await backend.metrics?.record({ buckets: [bucket] });
  };
  await record('known');
  const answer = loseAnswer();
  await record('lost');
  expect(answer.lost()).toBe(true);
  const found = await backend.metrics?.read({ from: minute, to: minute + 1 });
  expect(found?.find(({ name }) => name === 'lost')?.counts.completed).toBe(1);
});

test('limits that were replaced are told once they were', async () => {
  const publish = (name: string, concurrency: number) =>
    backend.limits?.publish({ limits: new Map([[name, { concurrency }]]) });
  for (const name of IDS) await publish(name, 1);
  await publish('known', 2);
  const answer = loseAnswer('2,,,,0');
  expect(await publish('lost', 2)).toEqual([{ name: 'lost', before: { concurrency: 1 } }]);
  expect(answer.lost()).toBe(true);
});

/** Makes a call, and returns the answer of its last script when that is sent once more. */
async function sentAgain(
  about: string,
  call: () => Promise<unknown>,
): Promise<() => Promise<unknown>> {
  let sent: readonly string[] = [];
  const command = (words: readonly string[]): boolean => {
    if (/^evalsha/i.test(words[0] ?? '') && words.includes(about)) sent = [...words];
    return false;
  };
  proxy.intercept({ command, answer: 'none' });
  await call();
  proxy.heal();
  return async () => {
    const { Redis } = await import('ioredis');
    const client = new Redis(server.port);
    const [command = '', ...args] = sent;
    return client.call(command, ...args).finally(() => client.disconnect());
  };
}

test('a call that arrives late changes nothing again', async () => {
  await failed();
  expect(await queue.retryJob('known')).toBe(true);
  const again = await sentAgain('lost', () => queue.retryJob('lost'));
  await queue.removeJob('lost');
  await queue.enqueue(work, undefined, { jobId: 'lost' });
  await queue.cancelJob('lost');
  expect(await again()).toEqual([1, 1, 0]);
  expect(await queue.getJob('lost')).toBeUndefined();
});

test('a tick whose first answer was lost does not run again once its job is gone', async () => {
  await scheduled();
  const schedules = backend.schedules as ScheduleStore;
  const job = await queue.prepare(work, undefined);
  const fire = async (id: string) => {
    const expectedRevision = (await schedules.get({ id }))?.revision ?? 0;
    const step = { id, expectedRevision, nextAt: undefined, state: {}, entries: [], track: true };
    return schedules.fire({ ...step, jobs: [{ ...job, id: `${id} 1` }] });
  };
  await fire('known');
  let first: unknown;
  const again = await sentAgain('lost', async () => {
    first = await fire('lost');
  });
  expect(first).toMatchObject({ fired: true, results: [{ outcome: 'added' }] });
  await queue.removeJob('lost 1');
  await again();
  expect(await queue.getJob('lost 1')).toBeUndefined();
});
