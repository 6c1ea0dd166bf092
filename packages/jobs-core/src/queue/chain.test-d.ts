import { expectTypeOf } from 'vitest';
import type { Codec } from '../job/codec.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { IQueues } from '../queues/queues-interface.ts';
import { batch, chain, step } from './chain.ts';
import { item } from './item.ts';
import type { EnqueueItem, IQueue } from './queue-interface.ts';

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

const mail = defineJob({
  name: 'mail',
  handler: (payload: { to: string[]; kind: 'letter' | 'note' }) => payload.to.length,
});
const sum = defineJob({ name: 'sum', handler: (payload: number[]) => payload.length });
const clean = defineJob({ name: 'clean', handler: () => {} });
const cleanLater = defineJob({ name: 'clean-later', handler: async () => {} });
type Shape =
  | { readonly kind: 'circle'; readonly r: number }
  | { readonly kind: 'square'; readonly a: number };
const draw = defineJob({ name: 'draw', handler: (): Shape => ({ kind: 'circle', r: 1 }) });
const paint = defineJob({
  name: 'paint',
  handler: (payload: Shape & { readonly color: string }) => payload.color,
});

/** Has a private part, so nothing else of its form is one. */
class Cents {
  readonly #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  get text(): string {
    return String(this.#cents);
  }
}
declare const codec: Codec;
const pay = defineJob({
  name: 'pay',
  codec,
  handler: (payload: { amounts: Cents[]; at: Date; by: Map<string, Cents> }) => payload.at,
});

declare const json: JsonObject;
declare const texts: readonly string[];
const keep = defineJob({
  name: 'keep',
  handler: (payload: { value: JsonValue; of: JsonObject; tags: string[]; more: string[] }) =>
    payload,
});

declare const queue: IQueue;
declare const known: IQueue<readonly [typeof read, typeof bill]>;
declare const queues: IQueues<'a', readonly [typeof read]>;

queue.enqueueMany(chain([step(read, { id: 1 }), step(bill, { currency: 'EUR' }), step(count)]));
queue.enqueueMany(chain([step(read, { id: 1 }), step(loose)]));
queue.enqueueMany(chain([step(read, { id: 1 }), step(loose, { extra: 'x' }, { priority: 5 })]));
queue.enqueueMany(chain([step(list), step(all)]));
queue.enqueueMany(chain([step(list), step(size, { length: 2, unit: 'm' })]));
queue.enqueueMany(batch([{ job: read, payload: { id: 1 } }], { then: step(note) }));

// What is given may be a literal, also where lists are mutable.
chain([step(mail, { to: ['ada', 'bob'], kind: 'note' }), step(sum, [1, 2])]);
batch([], { then: step(mail, { to: ['ada'], kind: 'letter' }) });
// What only a codec carries stays what it is.
chain([
  step(pay, { amounts: [new Cents(1)], at: new Date(), by: new Map([['ada', new Cents(2)]]) }),
]);
// What is given may be JSON of any form, beside literals.
chain([step(keep, { value: json, of: json, tags: ['a'], more: [...texts] }), step(keep)]);
// A step that returns nothing leads to one that takes nothing.
chain([step(clean), step(note)]);
chain([step(cleanLater), step(note)]);
// A result that is one of several types keeps them apart.
chain([step(draw), step(paint, { color: 'red' })]);

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
// @ts-expect-error a list of numbers is none of texts
chain([step(mail, { to: [1], kind: 'note' })]);
// @ts-expect-error a literal that is none of those expected
chain([step(mail, { to: [], kind: 'card' })]);
// @ts-expect-error nothing is returned, and fields are expected
chain([step(clean), step(bill, { currency: 'EUR' })]);
// @ts-expect-error the color is missing, whichever shape it is
chain([step(draw), step(paint)]);
// @ts-expect-error what is not known may not fit
chain([step(loose, {} as unknown)]);
// @ts-expect-error an object of the same form is no instance
chain([step(pay, { amounts: [{ text: '1' }], at: new Date(), by: new Map() })]);

// What is kept in a variable keeps the types of its jobs, and so does what the call answers.
const steps = chain([step(read, { id: 1 }), step(bill, { currency: 'EUR' })]);
const [first, second] = await queue.enqueueMany(steps);
expectTypeOf(queue.waitFor(first)).resolves.toEqualTypeOf<{ id: number; total: number }>();
expectTypeOf(queue.waitFor(second)).resolves.toEqualTypeOf<string>();
expectTypeOf((await known.enqueueMany(steps))[1]).toEqualTypeOf(second);
expectTypeOf((await queues.enqueueMany(steps))[1]).toEqualTypeOf(second);
const reads = [1, 2].map((id) => ({ job: read, payload: { id } }));
const members = batch(reads, { then: step(count, 'x') });
expectTypeOf(members.at(-1)?.payload).toEqualTypeOf<string | { readonly id: number } | undefined>();
// How many there are is not known, so each may be the last.
expectTypeOf(queue.waitFor((await queue.enqueueMany(members))[0])).resolves.toBeUnknown();
const pair = batch([item(read, { id: 1 }), item(list)], { then: step(count, 'x') });
const [, , last] = await queue.enqueueMany(pair);
expectTypeOf(queue.waitFor(last)).resolves.toEqualTypeOf<number>();
// They go together with others, and into lists of any items.
void queue.enqueueMany([...steps, ...members]);
expectTypeOf(members).toExtend<readonly EnqueueItem[]>();
expectTypeOf(steps).toExtend<readonly EnqueueItem<JobDefinition, never>[]>();

// @ts-expect-error there is no third step
steps[2];
