import {
  type Codec,
  chain,
  defineJob,
  type IQueues,
  type JobContext,
  type JobDefinition,
  type JsonValue,
  step,
} from '@philjs/jobs-core';
import { expect, onTestFinished, test } from 'vitest';
import { createMemoryStore, createQueues } from '../src/index.ts';

const load = defineJob({ name: 'load', queue: 'mail', handler: (id: number) => ({ id }) });
const bill = defineJob({
  name: 'bill',
  queue: 'orders',
  handler: async (_: undefined, ctx: JobContext) =>
    [...(await ctx.dependencies())].map(({ queueName, result }) => [queueName, result]),
});
const write = defineJob({
  name: 'write',
  queue: 'orders',
  handler: ({ id, by }: { readonly id: number; readonly by: string }) => `${id} by ${by}`,
});

interface Signed {
  readonly id: number;
  readonly by?: string;
}

/** Takes payloads that are signed. */
const signed = {
  '~standard': {
    version: 1,
    vendor: 'test',
    types: undefined as { readonly input: Signed; readonly output: Signed } | undefined,
    validate: (value: unknown) =>
      typeof (value as Signed).by === 'string'
        ? { value: value as Signed }
        : { issues: [{ message: 'Expected a signature', path: ['by'] }] },
  },
} as const;

/** Makes two queues of a store of their own, with workers. */
async function twoQueues(): Promise<IQueues> {
  const store = createMemoryStore();
  const queues = createQueues({ orders: {}, mail: {} }, { store, jobs: [load, bill, write] });
  onTestFinished(() => queues.close({ timeout: 0 }));
  await queues.process();
  return queues;
}

const later = (payload: number) => ({ job: load, payload });
const after = (...dependsOn: readonly object[]) => ({
  job: bill,
  payload: undefined,
  options: { dependsOn: dependsOn as never },
});

test('items of several queues wait for each other, and for jobs that are stored', async () => {
  const queues = await twoQueues();
  const before = await queues.enqueue(load, 1);
  const [first, second] = [later(2), later(3)];
  const both = after(first, { queue: 'mail', id: before.id }, second);
  // The queue that waits comes first here, and has an item that waits for one of its own.
  const jobs = await queues.enqueueMany([after(both), both, second, first]);
  expect(jobs.map(({ payload }) => payload)).toEqual([undefined, undefined, 3, 2]);
  expect(await queues.waitFor(jobs[1] as never)).toEqual([
    ['mail', { id: 2 }],
    ['mail', { id: 1 }],
    ['mail', { id: 3 }],
  ]);
  expect(await queues.waitFor(jobs[0] as never)).toMatchObject([['orders', { length: 3 }]]);
});

test('a job of another queue is waited for by itself where the queues enqueued it', async () => {
  const queues = await twoQueues();
  const one = await queues.enqueue(load, 1);
  const [two] = await queues.enqueueMany([later(2)]);
  const of = ['mail', { id: 1 }];
  const job = await queues.enqueue(bill, undefined, { dependsOn: [one] });
  expect(await queues.waitFor(job)).toEqual([of]);
  const own = queues.get('orders');
  const more = await own.enqueue(bill, undefined, { dependsOn: [one, two] });
  expect(await own.waitFor(more)).toEqual([of, ['mail', { id: 2 }]]);
});

test('a chain leads from queue to queue, and completes payloads', async () => {
  const queues = await twoQueues();
  const jobs = await queues.enqueueMany(chain([step(load, 7), step(write, { by: 'ada' })]));
  expect(await queues.waitFor(jobs.at(-1) as never)).toBe('7 by ada');
});

test('an item waits for the job that its dependency is a duplicate of', async () => {
  const queues = await twoQueues();
  const options = { deduplicate: { key: 'once' }, delay: 100 };
  const held = await queues.enqueue(load, 4, options);
  const again = { job: load, payload: 5, options };
  const jobs = await queues.enqueueMany([again, after(again)]);
  expect(jobs[0]?.id).toBe(held.id);
  expect(await queues.waitFor(jobs[1] as never)).toEqual([['mail', { id: 4 }]]);
});

test('a chain goes on in another queue from the job that its step is a duplicate of', async () => {
  const queues = await twoQueues();
  const once = { deduplicate: { key: 'once' }, delay: 100 };
  const held = await queues.enqueue(load, 4, once);
  const steps = chain([step(load, 5, once), step(write, { by: 'ada' })]);
  const [first, last] = await queues.enqueueMany(steps);
  expect(first?.id).toBe(held.id);
  expect(await queues.waitFor(last as never)).toBe('4 by ada');
});

test('stores nothing of items that are refused', async () => {
  const queues = await twoQueues();
  const refusalOf = async (items: readonly object[]): Promise<unknown> => {
    const call = queues.enqueueMany(items as never);
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(await queues.getStats()).toMatchObject({ orders: { total: 0 }, mail: { total: 0 } });
    return error;
  };
  const stray = await refusalOf([later(1), after(later(2))]);
  expect(stray).toMatchObject({ code: 'JOBS_INVALID_ARGUMENT', details: { index: 1 } });
  const nameless = await refusalOf([later(1), after({ id: '' })]);
  expect(nameless).toMatchObject({ code: 'JOBS_INVALID_ARGUMENT', details: { index: 1 } });

  // Each queue is stored as a whole, so neither can be the first here.
  const first = later(1);
  const second = after(first);
  const third = { ...later(2), options: { dependsOn: [second] } };
  const crossing = await refusalOf([first, second, third]);
  expect(crossing).toMatchObject({
    code: 'JOBS_INVALID_ARGUMENT',
    details: { field: 'dependsOn', queues: ['mail', 'orders'] },
  });
  const circle: { options: { dependsOn: object[] } } = { ...later(1), options: { dependsOn: [] } };
  circle.options.dependsOn.push(circle);
  expect(await refusalOf([circle, after()])).toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
});

test.each([
  ['an unknown word', { dependsOn: [{ queue: 'mail', id: 'a' }], onDependencyFailure: 'maybe' }],
  ['dependencies that are no list', { dependsOn: 'a' }],
  ['an id of another type of job', { jobId: 'taken' }],
  ['an id of an item of another type', { jobId: 'same' }],
])('stores nothing, and says at which item, where one has %s', async (_, options) => {
  const queues = await twoQueues();
  await queues.enqueue(write, { id: 1, by: 'ada' }, { jobId: 'taken', delay: 60_000 });
  const payload = { id: 2, by: 'bob' };
  const items = [
    { job: load, payload: 1 },
    { job: write, payload, options: { jobId: 'same' } },
    { job: bill, payload: undefined, options },
  ];
  const conflicts = 'jobId' in options;
  await expect(queues.enqueueMany(items as never)).rejects.toMatchObject({
    code: conflicts ? 'JOBS_CONFLICT' : 'JOBS_INVALID_ARGUMENT',
    message: expect.stringContaining('items[2]: '),
    details: { index: 2 },
  });
  expect(await queues.getStats()).toMatchObject({ orders: { total: 1 }, mail: { total: 0 } });
});

test('says at which item the store refused a queue', async () => {
  const queues = await twoQueues();
  const missing = queues.enqueueMany([later(1), later(2), after({ queue: 'mail', id: 'none' })]);
  await expect(missing).rejects.toMatchObject({
    code: 'JOBS_NOT_FOUND',
    message: expect.stringMatching(/^items\[2\]: (?!items)/),
    details: { index: 2 },
  });
});

test('payloads of several queues may be completed by a middleware', async () => {
  const signIn = (queue: string) =>
    defineJob({
      name: `sign-${queue}`,
      queue,
      schema: signed,
      handler: ({ id, by }) => `${id} by ${by}`,
    });
  const [there, here] = [signIn('mail'), signIn('orders')] as const;
  const queues = createQueues(
    { orders: {}, mail: {} },
    {
      store: createMemoryStore(),
      jobs: [there, here],
      enqueueMiddleware: (payload, ctx, next) => {
        ctx.payload = { ...(payload as object), by: 'ada' };
        return next();
      },
    },
  );
  onTestFinished(() => queues.close({ timeout: 0 }));
  await queues.process();
  const jobs = await queues.enqueueMany([
    { job: there, payload: { id: 1 } },
    { job: here, payload: { id: 2 } },
  ]);
  const results = await Promise.all(jobs.map((job) => queues.waitFor(job)));
  expect(results).toEqual(['1 by ada', '2 by ada']);
});

test('a job reads results as their own queues stored them, and tells equal names apart', async () => {
  const codec: Codec = {
    encode: (value) => ({ wrapped: value as JsonValue }),
    decode: (value) => (value as { readonly wrapped: unknown }).wrapped,
  };
  const [there, here] = ['mail', 'orders'].map((queue) =>
    defineJob({ name: 'same', queue, handler: (n: number) => ({ queue, n }) }),
  ) as [JobDefinition<'same', number>, JobDefinition<'same', number>];
  const sum = defineJob({
    name: 'sum',
    queue: 'orders',
    handler: async (_: undefined, ctx: JobContext) => {
      const done = await ctx.dependencies();
      const all = [...done].map(({ result }) => result);
      return [done.resultOf(here), done.resultsOf(there), all];
    },
  });
  const whole = defineJob({
    name: 'whole',
    queue: 'orders',
    handler: (payload: object) => payload,
  });
  const jobs = [there, here, sum, whole];
  const options = { store: createMemoryStore(), jobs };
  const queues = createQueues({ orders: {}, mail: { codec } }, options);
  onTestFinished(() => queues.close({ timeout: 0 }));
  await queues.process();
  const [a, b] = [
    { job: there, payload: 1 },
    { job: here, payload: 2 },
  ];
  const dependsOn = [a, b];
  const [, , last] = await queues.enqueueMany([
    a,
    b,
    { job: sum, payload: undefined, options: { dependsOn } },
  ]);
  const [one, two] = [
    { queue: 'mail', n: 1 },
    { queue: 'orders', n: 2 },
  ];
  expect(await queues.waitFor(last as never)).toEqual([two, [one], [one, two]]);
  const [, step2] = await queues.enqueueMany(chain([step(there, 3), step(whole)]));
  expect(await queues.waitFor(step2 as never)).toEqual({ queue: 'mail', n: 3 });
});
