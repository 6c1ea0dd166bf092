import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import { defineJob } from '../job/define-job.ts';
import { createQueue } from './create-queue.ts';
import type { Job } from './job.ts';
import type { Queue } from './queue.ts';
import type { EnqueueItem, IQueue } from './queue-interface.ts';
import type { BackendQueueOptions } from './queue-options.ts';

declare const backend: BackendQueueOptions['backend'];

const send = defineJob({
  name: 'send-email',
  handler: async (payload: { to: string }) => ({ sent: payload.to }),
});
const tick = defineJob({ name: 'tick', handler: () => 5 });
const parse = defineJob({
  name: 'parse',
  schema: z.object({ n: z.string().transform(Number), unit: z.string().default('m') }),
  handler: ({ n }) => n,
});
const maybe = defineJob({ name: 'maybe', handler: (payload?: { a: string }) => payload?.a });

const queue = createQueue({ backend, jobs: [send, tick, parse, maybe] });

// By definition.
expectTypeOf(queue.enqueue(send, { to: 'ada' })).resolves.toEqualTypeOf<
  Job<{ to: string }, { sent: string }>
>();
// @ts-expect-error the payload is missing
void queue.enqueue(send);
// @ts-expect-error the payload is of the wrong shape
void queue.enqueue(send, { to: 5 });
// @ts-expect-error the payload has an unknown field
void queue.enqueue(send, { to: 'ada', copy: 'bob' });
void queue.enqueue(tick);
void queue.enqueue(tick, undefined, { delay: 5 });
void queue.enqueue(maybe);
void queue.enqueue(maybe, { a: 'x' }, { priority: 1 });
// @ts-expect-error an option that does not exist
void queue.enqueue(send, { to: 'ada' }, { retries: 3 });

// `enqueue` takes a schema's input.
void queue.enqueue(parse, { n: '5' });
// @ts-expect-error the output is not the input
void queue.enqueue(parse, { n: 5 });

// By name.
expectTypeOf(queue.enqueue('send-email', { to: 'ada' })).resolves.toEqualTypeOf<
  Job<{ to: string }, { sent: string }>
>();
void queue.enqueue('tick');
void queue.enqueue('parse', { n: '5', unit: 'km' });
// @ts-expect-error there is no such job
void queue.enqueue('send-mail', { to: 'ada' });
// @ts-expect-error the payload of another job
void queue.enqueue('send-email', { n: '5' });
// @ts-expect-error the payload is missing
void queue.enqueue('send-email');

// Results are typed where one waits for a job, unknown where one waits for an id.
const job = await queue.enqueue(send, { to: 'ada' });
expectTypeOf(queue.waitFor(job, { timeout: 5 })).resolves.toEqualTypeOf<{ sent: string }>();
expectTypeOf(queue.waitFor(job.id)).resolves.toEqualTypeOf<unknown>();
expectTypeOf(job.result).toEqualTypeOf<{ sent: string } | undefined>();
expectTypeOf(job.payload).toEqualTypeOf<{ to: string }>();

// Many at once: tuples and arrays, by definition and by name.
void queue.enqueueMany([
  { job: send, payload: { to: 'ada' } },
  { job: 'parse', payload: { n: '5' }, options: { priority: 1 } },
  { job: tick, payload: undefined },
]);
// What is stored is typed by its item: in an array all alike, in a tuple one by one, by definition and by name.
const many = await queue.enqueueMany(['ada', 'bob'].map((to) => ({ job: send, payload: { to } })));
expectTypeOf(many.map((one) => one.result)).toEqualTypeOf<({ sent: string } | undefined)[]>();
const [first, second] = await queue.enqueueMany([
  { job: send, payload: { to: 'ada' } },
  { job: 'parse', payload: { n: '5' } },
]);
expectTypeOf(queue.waitFor([first, second][0] ?? first)).resolves.toEqualTypeOf<unknown>();
expectTypeOf(queue.waitFor(first)).resolves.toEqualTypeOf<{ sent: string }>();
expectTypeOf(second).toEqualTypeOf(await queue.enqueue('parse', { n: '5' }));
void queue.enqueueMany(
  ['ada', 'bob'].map((to) => ({ job: 'send-email' as const, payload: { to } })),
);
void queue.enqueueMany([]);
void queue.enqueueMany([
  { job: tick, payload: undefined },
  // @ts-expect-error one payload is wrong
  { job: send, payload: { to: 5 } },
]);
// @ts-expect-error all payloads are wrong
void queue.enqueueMany([1, 2].map((to) => ({ job: send, payload: { to } })));
// @ts-expect-error there is no such job
void queue.enqueueMany([{ job: 'send-mail', payload: { to: 'ada' } }]);
declare const items: readonly EnqueueItem<typeof send, { to: string }>[];
void queue.enqueueMany(items);

// A producer that knows only the types of its jobs.
type Jobs = readonly [typeof send, typeof tick];
const producer = createQueue<Jobs>({ backend, unknownJobs: 'accept' });
void producer.enqueue('send-email', { to: 'ada' });
// @ts-expect-error the payload is of the wrong shape
void producer.enqueue('send-email', { to: 5 });

// A queue of known jobs is a queue.
const plain: IQueue = queue;
const same: Queue = queue;
void plain.enqueue(send, { to: 'ada' });
void same.enqueue('any-name', { any: 'payload' });

// Events are typed by their name.
queue.on('completed', (event) => {
  expectTypeOf(event.result).toEqualTypeOf<unknown>();
  expectTypeOf(event.jobId).toEqualTypeOf<string>();
});
queue.on('retrying', ({ runAt, error }) => {
  expectTypeOf(runAt).toEqualTypeOf<Date>();
  expectTypeOf(error.message).toEqualTypeOf<string>();
});
// @ts-expect-error there is no such event
queue.on('complete', () => undefined);
for await (const event of queue.events()) {
  if (event.type === 'progress') expectTypeOf(event.progress).not.toBeAny();
}

// Options may be given as undefined.
createQueue({
  backend,
  name: undefined,
  concurrency: undefined,
  codec: undefined,
  logger: undefined,
  clock: undefined,
  middleware: undefined,
  defaultJobOptions: { attempts: undefined, backoff: undefined },
});
void queue.enqueue(tick, undefined, { jobId: undefined, delay: undefined, metadata: undefined });
void queue.waitFor(job, { timeout: undefined, signal: undefined });
void queue.getJobs({ status: undefined, cursor: undefined });
