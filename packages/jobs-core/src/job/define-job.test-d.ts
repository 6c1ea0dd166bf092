import * as v from 'valibot';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import type { JsonValue } from '../json/json-value.ts';
import type { Middleware } from '../middleware/middleware.ts';
import type { IQueue } from '../queue/queue-interface.ts';
import type { Codec } from './codec.ts';
import { defineJob } from './define-job.ts';
import type { JobContext } from './job-context.ts';
import type { JobDefinition, JobInput, JobResult } from './job-definition.ts';

// Payload and result come from the handler.
const send = defineJob({
  name: 'send-email',
  handler: async (payload: { to: string; copies?: number }, ctx) => {
    expectTypeOf(ctx).toEqualTypeOf<JobContext<{ to: string; copies?: number }>>();
    return { sent: payload.to };
  },
  onBefore: (payload) => expectTypeOf(payload.to).toEqualTypeOf<string>(),
  onComplete: (result) => expectTypeOf(result).toEqualTypeOf<{ sent: string }>(),
  onFail: (error) => expectTypeOf(error).toEqualTypeOf<unknown>(),
  onProgress: (progress) => expectTypeOf(progress).toEqualTypeOf<number | object>(),
  deduplicate: ({ to }) => to,
  concurrency: [20, { max: 1, key: ({ to }) => to }],
  rateLimit: { max: 1, per: 1, key: ({ to }) => to },
  retryIf: (_error, ctx) => ctx.payload.to !== '',
  migrate: { 1: (old: { address: string }) => ({ to: old.address }) },
  version: 2,
});
expectTypeOf(send.name).toEqualTypeOf<'send-email'>();
expectTypeOf<JobInput<typeof send>>().toEqualTypeOf<{ to: string; copies?: number }>();
expectTypeOf<JobResult<typeof send>>().toEqualTypeOf<{ sent: string }>();
expectTypeOf(send).toExtend<JobDefinition>();

// Hooks may stand before the handler: then their payload type is not inferred, and they do not affect the handler's.
const hooksFirst = defineJob({
  name: 'hooks-first',
  onBefore: (_payload, ctx) => ctx.attempt,
  onRetry: (error, ctx) => `${String(error)} ${ctx.attempt}`,
  onComplete: (result) => String(result),
  deduplicate: (payload) => String(payload),
  retryIf: (_error, ctx) => ctx.attempt < 3,
  handler: async (payload: { to: string }, ctx) => {
    expectTypeOf(ctx.payload).toEqualTypeOf<{ to: string }>();
    return { sent: payload.to };
  },
});
expectTypeOf<JobInput<typeof hooksFirst>>().toEqualTypeOf<{ to: string }>();
expectTypeOf<JobResult<typeof hooksFirst>>().toEqualTypeOf<{ sent: string }>();

// Hooks that declare their payload type may stand before the handler too, and must accept the handler's payload.
defineJob({
  name: 'hooks-typed',
  onBefore: (payload: number, ctx) => payload + ctx.attempt,
  onComplete: (result: string) => result.length,
  handler: (payload: number, ctx) => `${payload} ${ctx.attempt}`,
});
defineJob({
  name: 'hook-payload',
  onBefore: (payload: { n: number }) => payload.n,
  // @ts-expect-error the hook takes another payload
  handler: (payload: { to: string }) => payload.to,
});
defineJob({
  name: 'hook-result',
  onComplete: (result: number) => result + 1,
  // @ts-expect-error the hook takes another result
  handler: () => 'text',
});

// With a schema, hooks are fully typed wherever they stand.
defineJob({
  name: 'hooks-first-schema',
  onBefore: (payload) => expectTypeOf(payload).toEqualTypeOf<{ n: number }>(),
  deduplicate: (payload) => {
    expectTypeOf(payload).toEqualTypeOf<{ n: number }>();
    return String(payload.n);
  },
  schema: z.object({ n: z.string().transform(Number) }),
  handler: ({ n }) => n,
});

// A handler without a payload, and one that never returns.
const tick = defineJob({ name: 'tick', handler: () => 5 });
expectTypeOf<JobResult<typeof tick>>().toEqualTypeOf<number>();
const doomed = defineJob({
  name: 'doomed',
  handler: (_payload: string, ctx) => ctx.fail(new Error('always')),
});
expectTypeOf<JobInput<typeof doomed>>().toEqualTypeOf<string>();
expectTypeOf([send, tick, doomed]).toExtend<readonly JobDefinition[]>();

// A schema gives its input to `enqueue` and its output to the handler.
const schema = z.object({ at: z.coerce.date<string>(), count: z.number().default(1) });
const schedule = defineJob({
  name: 'schedule',
  schema,
  handler: (payload, ctx) => {
    expectTypeOf(payload).toEqualTypeOf<{ at: Date; count: number }>();
    expectTypeOf(ctx.payload).toEqualTypeOf<{ at: Date; count: number }>();
    return payload.count;
  },
  deduplicate: (payload) => {
    expectTypeOf(payload).toEqualTypeOf<{ at: Date; count: number }>();
    return payload.at.toISOString();
  },
});
expectTypeOf<JobInput<typeof schedule>>().toEqualTypeOf<{
  at: string;
  count?: number | undefined;
}>();
expectTypeOf<JobResult<typeof schedule>>().toEqualTypeOf<number>();

const byValibot = defineJob({
  name: 'valibot',
  schema: v.object({ n: v.pipe(v.string(), v.transform(Number)) }),
  handler: ({ n }) => n,
});
expectTypeOf<JobInput<typeof byValibot>>().toEqualTypeOf<{ n: string }>();
expectTypeOf<JobResult<typeof byValibot>>().toEqualTypeOf<number>();

// Types that JSON cannot carry are refused without a schema or a codec …
// @ts-expect-error a Date arrives as a string
defineJob({ name: 'date', handler: (_payload: { at: Date }) => 1 });
// @ts-expect-error a Map arrives as {}
defineJob({ name: 'map', handler: (_payload: { users: Map<string, number> }) => 1 });
// @ts-expect-error a Set arrives as {}
defineJob({ name: 'set', handler: (_payload: Set<string>) => 1 });
// @ts-expect-error a function cannot be stored
defineJob({ name: 'function', handler: (_payload: { then: () => void }) => 1 });
// @ts-expect-error nor a BigInt, however deep
defineJob({ name: 'bigint', handler: (_payload: { list: { n?: bigint }[] }) => 1 });
// @ts-expect-error nor a symbol
defineJob({ name: 'symbol', handler: (_payload: { s: symbol }) => 1 });
// @ts-expect-error nor bytes
defineJob({ name: 'bytes', handler: (_payload: Uint8Array) => 1 });
// @ts-expect-error nor one arm of a union
defineJob({ name: 'union', handler: (_payload: string | { at: Date }) => 1 });

// … and accepted with one.
declare const codec: Codec;
const coded = defineJob({ name: 'coded', codec, handler: (payload: { at: Date }) => payload.at });
expectTypeOf<JobInput<typeof coded>>().toEqualTypeOf<{ at: Date }>();
expectTypeOf<JobResult<typeof coded>>().toEqualTypeOf<Date>();

// Types of every shape JSON has are accepted.
interface Tree {
  readonly value: string;
  readonly children: readonly Tree[];
  readonly parent?: Tree | undefined;
}
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Action = { kind: 'move'; by: [x: number, y: number] } | { kind: 'stop'; why?: string };
declare const anything: unknown;
defineJob({ name: 'tree', handler: (payload: Tree) => payload.value });
defineJob({ name: 'json', handler: (payload: Json) => payload });
defineJob({ name: 'action', handler: (payload: Action) => payload.kind });
defineJob({ name: 'record', handler: (payload: Record<string, number | null>) => payload['a'] });
defineJob({ name: 'unknown', handler: (_payload: unknown) => anything });
defineJob({ name: 'undefined', handler: (_payload: undefined) => 1 });
// biome-ignore lint/suspicious/noConfusingVoidType: a way to say that there is no payload
defineJob({ name: 'void', handler: (_payload: void) => 1 });
defineJob({ name: 'optional', handler: (_payload?: { a: string }) => 1 });
defineJob({ name: 'literal', handler: (_payload: 'a' | 'b' | 7 | true) => 1 });

// The same rules apply to results; a handler may return nothing.
// @ts-expect-error a Date arrives as a string
defineJob({ name: 'date-result', handler: () => new Date() });
// @ts-expect-error a Map arrives as {}, however deep
defineJob({ name: 'map-result', handler: async () => ({ users: [new Map<string, number>()] }) });
// @ts-expect-error also where a schema types the payload
defineJob({ name: 'schema-result', schema: z.string(), handler: () => 5n });
// @ts-expect-error a schema's input has to arrive as well
defineJob({ name: 'schema-input', schema: z.object({ at: z.date() }), handler: () => 1 });
defineJob({ name: 'schema-coded', codec, schema: z.object({ at: z.date() }), handler: () => 1n });
defineJob({ name: 'nothing-result', handler: async () => undefined });
defineJob({ name: 'void-result', handler: async (): Promise<void> => undefined });
defineJob({ name: 'maybe-result', handler: (n: number) => (n > 0 ? { n } : undefined) });

// Middleware is typed by the payload; middleware for any payload fits every job.
const log: Middleware = (_payload, _ctx, next) => next();
const greet: Middleware<{ to: string }> = ({ to }, _ctx, next) => (to === '' ? undefined : next());
defineJob({ name: 'm1', middleware: log, handler: (payload: { to: string }) => payload });
defineJob({ name: 'm2', middleware: [log, greet], handler: (payload: { to: string }) => payload });
defineJob({
  name: 'm3',
  middleware: [greet],
  // @ts-expect-error the middleware wants another payload
  handler: (payload: { from: number }) => payload,
});
defineJob({
  name: 'm4',
  handler: (payload: { to: string }) => payload,
  middleware: [
    (payload: { to: string }, ctx, next) => {
      expectTypeOf(ctx.payload).toEqualTypeOf<{ to: string }>();
      return payload.to === '' ? null : next();
    },
  ],
});

// Options may be given as undefined, also under exactOptionalPropertyTypes.
defineJob({
  name: 'unsaid',
  handler: () => 1,
  attempts: undefined,
  backoff: { type: 'fixed', delay: 1, jitter: undefined, maxDelay: undefined },
  removeOnComplete: { age: undefined, count: undefined },
  rateLimit: { max: 1, per: 1, key: undefined },
  schema: undefined,
  codec: undefined,
  deduplicate: undefined,
  onFail: undefined,
  middleware: undefined,
  migrate: undefined,
});

// Mistakes are found.
// @ts-expect-error it is called `attempts`
defineJob({ name: 'retries', handler: () => 1, retries: 3 });
// @ts-expect-error a limit by key needs its key
defineJob({ name: 'keyless', handler: () => 1, concurrency: { max: 1 } });
defineJob({
  name: 'sharing',
  handler: (_: { user: string }) => 1,
  concurrency: [5, { max: 1, key: ({ user }) => user, scope: 'queue', name: 'users' }],
  rateLimit: { max: 5, per: 1_000, scope: 'queue', name: 'api' },
});
defineJob({
  name: 'in-order',
  handler: (_: { user: string }) => 1,
  concurrency: { max: 1, key: ({ user }) => user, strict: true, onFailure: 'hold' },
});
defineJob({
  name: 'onfailure',
  handler: () => 1,
  // @ts-expect-error the others go on, or it holds them
  concurrency: { max: 1, key: () => 'k', strict: true, onFailure: 'stop' },
});
// @ts-expect-error a limit that jobs share needs its name
defineJob({ name: 'nameless', handler: () => 1, concurrency: { max: 1, scope: 'queue' } });
// @ts-expect-error only a limit that jobs share has a name
defineJob({ name: 'named', handler: () => 1, rateLimit: { max: 1, per: 1, name: 'api' } });
// @ts-expect-error no such backoff
defineJob({ name: 'backoff', handler: () => 1, backoff: { type: 'linear', delay: 1 } });
// @ts-expect-error a handler is missing
defineJob({ name: 'nothing' });

// `ctx.queue` knows definitions, and names once it is said which.
const followUp = defineJob({ name: 'greet', handler: (payload: { to: string }) => payload.to });
defineJob({
  name: 'first',
  handler: async (_payload: string, ctx) => {
    expectTypeOf(
      await ctx.queue.waitFor(await ctx.queue.enqueue(followUp, { to: 'ada' })),
    ).toEqualTypeOf<string>();
    // @ts-expect-error the property is `to`
    await ctx.queue.enqueue(followUp, { too: 'ada' });

    const queue = ctx.queue as IQueue<readonly [typeof followUp]>;
    expectTypeOf(
      await queue.waitFor(await queue.enqueue('greet', { to: 'ada' })),
    ).toEqualTypeOf<string>();
    // @ts-expect-error the property is `to`
    await queue.enqueue('greet', { too: 'ada' });
    // @ts-expect-error the queue has no such job
    await queue.enqueue('gret', { to: 'ada' });
  },
});

// Not every payload has a key, a weight or a deadline.
defineJob({
  name: 'placed',
  handler: (_: { tenant?: string; share?: number; by?: string }) => undefined,
  fairKey: ({ tenant }) => tenant,
  weight: ({ share }) => share,
  deadline: ({ by }) => (by === undefined ? undefined : new Date(by)),
});
// @ts-expect-error a key is text
defineJob({ name: 'key', handler: (_: { n: number }) => 1, fairKey: ({ n }) => n });
// @ts-expect-error a deadline is a date
defineJob({ name: 'by', handler: (_: { by: string }) => 1, deadline: ({ by }) => by });

// A type parameter needs a codec, be it one that changes nothing.
const asIs: Codec = { encode: (value) => value as JsonValue, decode: (json) => json };
const generic = <T>(handler: (payload: T) => void) =>
  defineJob({ name: 'generic', codec: asIs, handler });
expectTypeOf<JobInput<ReturnType<typeof generic<{ to: string }>>>>().toEqualTypeOf<{
  to: string;
}>();
export const unknownType = <T>(handler: (payload: T) => void) =>
  // @ts-expect-error it is not known whether JSON can carry it
  defineJob({ name: 'generic', handler });
