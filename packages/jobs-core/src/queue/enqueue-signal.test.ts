import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { testBackend } from '../../test/test-backend.ts';
import { TestClock } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import { createQueues } from '../queues/create-queues.ts';
import { createQueue } from './create-queue.ts';

const echo = defineJob({ name: 'echo', handler: (n: number) => n });
const aborted = { code: 'JOBS_ABORTED', cause: 'the request is gone' };

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort('the request is gone') };
}

it('stores nothing when the signal has aborted before', async () => {
  const { queue } = testQueue();
  const { signal, abort } = abortable();
  abort();
  await expect(queue.enqueue(echo, 1, { signal })).rejects.toMatchObject(aborted);
  const items = [{ job: echo, payload: 1 }];
  await expect(queue.enqueueMany(items, { signal })).rejects.toMatchObject(aborted);
  expect((await queue.getStats()).total).toBe(0);
});

it.each(['one', 'many'])(
  'stores nothing when it aborts while schemas and middleware take their time: %s',
  async (how) => {
    const { signal, abort } = abortable();
    const schema = z.number().refine(async () => {
      abort();
      return true;
    });
    const slow = defineJob({ name: 'slow', schema, handler: () => undefined });
    const { queue } = testQueue();
    const call =
      how === 'one'
        ? queue.enqueue(slow, 1, { signal })
        : queue.enqueueMany([{ job: slow, payload: 1 }], { signal });
    await expect(call).rejects.toMatchObject(aborted);
    expect((await queue.getStats()).total).toBe(0);
  },
);

it('hides the signal from middleware, and stores nothing when it aborts there', async () => {
  const { signal, abort } = abortable();
  const options = vi.fn();
  const { queue } = testQueue({
    enqueueMiddleware: (_payload, ctx, next) => {
      options({ ...ctx.options });
      abort();
      return next();
    },
  });
  await expect(queue.enqueue(echo, 1, { signal, priority: 2 })).rejects.toMatchObject(aborted);
  expect(options.mock.calls).toEqual([[{ priority: 2 }]]);
  expect((await queue.getStats()).total).toBe(0);
});

it('answers as the store does when it aborts later', async () => {
  const { signal, abort } = abortable();
  const clock = new TestClock();
  const backend = testBackend({ clock });
  const add = backend.add.bind(backend);
  backend.faults.set('add', (params: Parameters<typeof backend.add>[0]) => {
    abort();
    backend.faults.delete('add');
    return add(params);
  });
  const queue = createQueue({ backend, clock });
  await expect(queue.enqueue(echo, 1, { signal })).resolves.toMatchObject({ name: 'echo' });
  expect((await queue.getStats()).total).toBe(1);
});

it('stores nothing in any of many queues', async () => {
  const clock = new TestClock();
  const { signal, abort } = abortable();
  abort();
  const one = defineJob({ name: 'one', queue: 'a', handler: () => undefined });
  const two = defineJob({ name: 'two', queue: 'b', handler: () => undefined });
  const queues = createQueues({ a: {}, b: {} }, { backend: () => testBackend({ clock }), clock });
  const items = [
    { job: one, payload: undefined },
    { job: two, payload: undefined },
  ];
  await expect(queues.enqueueMany(items, { signal })).rejects.toMatchObject(aborted);
  expect(await queues.getStats()).toMatchObject({ a: { total: 0 }, b: { total: 0 } });
});

it('refuses one among the options of one of many jobs, and what is none', async () => {
  const { queue } = testQueue();
  const { signal } = abortable();
  const items = [{ job: echo, payload: 1, options: { signal } }];
  await expect(queue.enqueueMany(items)).rejects.toMatchObject({
    code: 'JOBS_INVALID_ARGUMENT',
    details: { field: 'signal', index: 0 },
  });
  const none = { signal: new AbortController() as never };
  await expect(queue.enqueue(echo, 1, none)).rejects.toMatchObject({
    details: { field: 'signal' },
  });
});
