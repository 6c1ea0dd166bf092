import { defineJob } from '../job/define-job.ts';
import { batch, chain, step } from './chain.ts';
import type { IQueue } from './queue-interface.ts';

const read = defineJob({
  name: 'read',
  handler: (payload: { readonly id: number }) => ({ id: payload.id, total: 5 }),
});
const bill = defineJob({
  name: 'bill',
  handler: (payload: { readonly total: number; readonly currency: string }) =>
    `${payload.total} ${payload.currency}`,
});
const count = defineJob({ name: 'count', handler: (text: string) => text.length });
const note = defineJob({ name: 'note', handler: (_payload: undefined) => undefined });
const loose = defineJob({
  name: 'loose',
  handler: (payload: { readonly id?: number; readonly extra?: string }) => payload.extra,
});
const list = defineJob({ name: 'list', handler: (_payload: undefined) => [1, 2] });
const all = defineJob({ name: 'all', handler: (payload: readonly number[]) => payload.length });
const size = defineJob({
  name: 'size',
  handler: (payload: { readonly length: number; readonly unit: string }) => payload.unit,
});

declare const queue: IQueue;

queue.enqueueMany(chain([step(read, { id: 1 }), step(bill, { currency: 'EUR' }), step(count)]));
queue.enqueueMany(chain([step(read, { id: 1 }), step(loose)]));
queue.enqueueMany(chain([step(read, { id: 1 }), step(loose, { extra: 'x' }, { priority: 5 })]));
queue.enqueueMany(chain([step(list), step(all)]));
queue.enqueueMany(chain([step(list), step(size, { length: 2, unit: 'm' })]));
queue.enqueueMany(batch([{ job: read, payload: { id: 1 } }], { then: step(note) }));

// @ts-expect-error `currency` comes from nowhere
chain([step(read, { id: 1 }), step(bill)]);
// @ts-expect-error the first step gets its payload from nothing but `step`
chain([step(read), step(bill, { currency: 'EUR' })]);
// @ts-expect-error a number is no text
chain([step(read, { id: 1 }), step(count)]);
// @ts-expect-error the given field has another type
chain([step(read, { id: 'x' })]);
// @ts-expect-error a member's payload is checked
batch([{ job: read, payload: { id: 'x' } }], { then: step(note) });
// @ts-expect-error so is that of what follows
batch([{ job: read, payload: { id: 1 } }], { then: step(read) });
// @ts-expect-error a list is not merged with the fields that are given
chain([step(list), step(size, { unit: 'm' })]);
