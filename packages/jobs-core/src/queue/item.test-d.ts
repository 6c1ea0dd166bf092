import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import { defineJob, type JobDefinition } from '../index.ts';
import type { IQueues } from '../queues/queues-interface.ts';
import { type BatchOptions, batch, type Step } from './chain.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import { item } from './item.ts';
import type { EnqueueItem, IQueue } from './queue-interface.ts';

const mail = defineJob({
  name: 'mail',
  handler: ({ kind }: { to: string; kind: 'welcome' | 'receipt' }) => kind,
});
const tick = defineJob({ name: 'tick', handler: () => 5 });
const parse = defineJob({
  name: 'parse',
  schema: z.object({ n: z.string().transform(Number), unit: z.string().default('m') }),
  handler: ({ n }) => n,
});

declare const queue: IQueue;
declare const known: IQueue<readonly [typeof mail, typeof tick]>;
declare const lastly: BatchOptions & { readonly then: Step<typeof tick, undefined> };
declare const queues: IQueues<'a', readonly [typeof mail]>;

// A literal stays one: the item is typed by its job where it is made.
const receipt = item(mail, { to: 'ada', kind: 'receipt' });
expectTypeOf(receipt).toEqualTypeOf<
  EnqueueItem<typeof mail, { to: string; kind: 'welcome' | 'receipt' }>
>();
const last = item(tick, undefined, { dependsOn: [receipt], onDependencyFailure: 'continue' });
const parsed = item(parse, { n: '5' });
void queue.enqueueMany([receipt, item(tick), parsed, last]);
void known.enqueueMany([receipt, last]);
void queues.enqueueMany([receipt]);
void queue.enqueueMany(batch([receipt, item(mail, { to: 'bob', kind: 'welcome' })], lastly));

// @ts-expect-error the payload is of the wrong shape
item(mail, { to: 'ada', kind: 'reciept' });
// @ts-expect-error the payload is missing
item(mail);
// @ts-expect-error the output of a schema is not its input
item(parse, { n: 5 });
// @ts-expect-error there is no such answer
item(tick, undefined, { onDependencyFailure: 'continues' });

/** Stands for functions of programs that enqueue any job: typed by what it takes and returns. */
export async function run<TInput, TResult>(
  job: JobDefinition<string, TInput, TResult>,
  payload: NoInfer<TInput>,
  options?: EnqueueOptions,
): Promise<TResult> {
  void queues.enqueue(job, payload, options);
  void queue.enqueueMany([item(job, payload, options)]);
  return queue.waitFor(await queue.enqueue(job, payload, options));
}
expectTypeOf(run(mail, { to: 'ada', kind: 'receipt' })).resolves.toEqualTypeOf<
  'welcome' | 'receipt'
>();
expectTypeOf(run(parse, { n: '5' })).resolves.toEqualTypeOf<number>();
// @ts-expect-error the payload is of the wrong shape
void run(mail, { to: 'ada' });
