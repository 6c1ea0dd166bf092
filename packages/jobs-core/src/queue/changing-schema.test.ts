import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expect, it } from 'vitest';
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
