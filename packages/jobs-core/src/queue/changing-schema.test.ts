import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expect, it } from 'vitest';
import { rejectionOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';

interface Order {
  id: string;
  lines: { price: number }[];
}

/** Validates, and changes its input, which a schema must not do. */
const changing: StandardSchemaV1<Order, Order> = {
  '~standard': {
    version: 1,
    vendor: 'by hand',
    validate: (value) => {
      const order = value as { id: unknown; lines: { price: unknown }[] };
      order.id = 7n;
      for (const line of order.lines) line.price = new Map();
      return { value: { id: 'out', lines: [] } };
    },
  },
};

it('stores what was enqueued, whatever a schema does to what it validates', async () => {
  const handled: unknown[] = [];
  const job = defineJob({
    name: 'order',
    schema: changing,
    handler: (payload) => handled.push(payload),
  });
  const { queue, backend } = testQueue();
  const payload = { id: 'a', lines: [{ price: 1 }] };
  const { id } = await queue.enqueue(job, payload);
  const expected = { id: 'a', lines: [{ price: 1 }] };
  expect(backend.store.jobs.get(id)?.record.payload).toEqual(expected);
  expect(payload).toEqual(expected);
  await queue.process();
  await settle();
  expect(handled).toEqual([{ id: 'out', lines: [] }]);
  expect((await queue.getJob(id))?.payload).toEqual(expected);
});

it('takes key and payload as they are at the call, however long its schema takes', async () => {
  const slow: StandardSchemaV1<{ n: number }> = {
    '~standard': {
      version: 1,
      vendor: 'by hand',
      validate: async (value) => ({ value: value as { n: number } }),
    },
  };
  const { queue } = testQueue();
  const job = defineJob({
    name: 'slow',
    schema: slow,
    deduplicate: ({ n }) => `k${n}`,
    handler: ({ n }) => n,
  });
  const payload = { n: 0 };
  const options = { priority: 0 };
  const calls = [1, 2, 3].map((n) => {
    payload.n = n;
    options.priority = n;
    return queue.enqueue(job, payload, options);
  });
  const jobs = await Promise.all(calls);
  expect(jobs.map(({ priority, duplicate, ...one }) => [one.payload, priority, duplicate])).toEqual(
    [
      [{ n: 1 }, 1, undefined],
      [{ n: 2 }, 2, undefined],
      [{ n: 3 }, 3, undefined],
    ],
  );
});

it.each([null, false, ''])('refuses %j as a key, however long its schema takes', async (key) => {
  const soon = (value: unknown) => ({ value: value as number });
  for (const validate of [soon, async (value: unknown) => soon(value)]) {
    const schema: StandardSchemaV1<number> = {
      '~standard': { version: 1, vendor: 'by hand', validate },
    };
    const { queue } = testQueue();
    const job = defineJob({
      name: 'keyed',
      schema,
      deduplicate: () => key as string,
      handler: (n) => n,
    });
    expect((await rejectionOf(queue.enqueue(job, 1)))?.code).toBe('JOBS_INVALID_ARGUMENT');
  }
});

it('makes the key from the payload as the handler gets it, as it makes tags', async () => {
  const trims = (value: unknown) => ({ value: String(value).trim().toLowerCase() });
  for (const validate of [trims, async (value: unknown) => trims(value)]) {
    const schema: StandardSchemaV1<string, string> = {
      '~standard': { version: 1, vendor: 'by hand', validate },
    };
    const welcome = defineJob({
      name: 'welcome',
      schema,
      deduplicate: (email) => email,
      tags: (email) => [email],
      handler: (email) => email,
    });
    const { queue } = testQueue();
    const first = await queue.enqueue(welcome, ' Ada@Example.org');
    const second = await queue.enqueue(welcome, 'ada@example.org ');
    expect([second.id, second.duplicate]).toEqual([first.id, true]);
    expect(second.tags).toEqual(['ada@example.org']);
  }
});

it('stores all of a list that is emptied before they are checked', async () => {
  const { queue } = testQueue();
  const job = defineJob({
    name: 'slow',
    schema: {
      '~standard': { version: 1, vendor: 'by hand', validate: async (value) => ({ value }) },
    } as StandardSchemaV1<number, number>,
    handler: (n) => n,
  });
  const buffer = [1, 2, 3].map((payload) => ({ job, payload }));
  const stored = queue.enqueueMany(buffer);
  buffer.length = 0;
  expect((await stored).map(({ payload }) => payload)).toEqual([1, 2, 3]);
  expect((await queue.getStats()).waiting).toBe(3);
});
