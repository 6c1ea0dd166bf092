import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import type { Middleware } from '../middleware/middleware.ts';
import type { JobDeclaration } from './declare-job.ts';
import { defineTemplate } from './define-template.ts';
import type { JobContext } from './job-context.ts';
import type { JobDefinition } from './job-definition.ts';

const log: Middleware = (_payload, _ctx, next) => next();

// A template takes any payload.
const template = defineTemplate({
  attempts: 5,
  backoff: undefined,
  middleware: [
    log,
    (payload, _ctx, next) => {
      expectTypeOf(payload).toBeUnknown();
      return next();
    },
  ],
  onBefore: (payload, ctx) => {
    expectTypeOf(payload).toBeUnknown();
    expectTypeOf(ctx).toEqualTypeOf<JobContext<unknown>>();
  },
  onComplete: (result) => expectTypeOf(result).toBeUnknown(),
});

// Payload and result come from the handler, also with hooks of both.
const send = template.defineJob({
  name: 'send-email',
  handler: async (payload: { to: string }, ctx) => {
    expectTypeOf(ctx).toEqualTypeOf<JobContext<{ to: string }>>();
    return { sent: payload.to };
  },
  onBefore: (payload) => expectTypeOf(payload).toEqualTypeOf<{ to: string }>(),
  onComplete: (result) => expectTypeOf(result).toEqualTypeOf<{ sent: string }>(),
  deduplicate: ({ to }) => to,
});
expectTypeOf(send).toEqualTypeOf<
  JobDefinition<'send-email', { to: string }, { sent: string }, { to: string }>
>();

// Or from the schema: its input is enqueued, its output handled.
const count = template.defineJob({
  name: 'count',
  schema: z.object({ n: z.string().transform(Number) }),
  onBefore: (payload) => expectTypeOf(payload).toEqualTypeOf<{ n: number }>(),
  handler: ({ n }) => n,
});
expectTypeOf(count).toEqualTypeOf<JobDefinition<'count', { n: string }, number, { n: number }>>();

const declared = template.declareJob<{ width: number }, string, 'resize'>({ name: 'resize' });
expectTypeOf(declared).toEqualTypeOf<
  JobDeclaration<'resize', { width: number }, string, { width: number }>
>();
const handled = declared.handle(({ width }) => String(width));
expectTypeOf(handled).toEqualTypeOf<
  JobDefinition<'resize', { width: number }, string, { width: number }>
>();

// Variants are of the same type, and variants of theirs.
expectTypeOf(count.with({ priority: 1 }).with({ delay: 1 })).toEqualTypeOf<typeof count>();

// Mistakes are found.
// @ts-expect-error it goes with one payload
defineTemplate({ schema: z.string() });
// @ts-expect-error it serves jobs of any payload
defineTemplate({ onBefore: (payload: { to: string }) => payload.to });
// @ts-expect-error JSON carries no Date
template.defineJob({ name: 'dated', handler: (_payload: { at: Date }) => 1 });
// @ts-expect-error it is called `attempts`
template.defineJob({ name: 'retries', handler: () => 1, retries: 3 });
// @ts-expect-error the name is of the job, and stays
send.with({ name: 'other' });
