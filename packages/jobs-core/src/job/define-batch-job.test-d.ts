import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import { type BatchContext, defineBatchJob } from './define-batch-job.ts';
import type { JobDefinition, JobInput, JobResult } from './job-definition.ts';

// Payload and result come from the handler; errors among the results are no result.
const send = defineBatchJob({
  name: 'send',
  size: 100,
  wait: 50,
  concurrency: 500,
  onComplete: (result) => String(result),
  handler: async (payloads: readonly { to: string }[], ctxs) => {
    expectTypeOf(ctxs).toEqualTypeOf<readonly BatchContext<{ to: string }>[]>();
    expectTypeOf(ctxs[0]?.fail).toEqualTypeOf<((error: unknown) => void) | undefined>();
    // It returns, since the handler goes on with the others.
    expectTypeOf(ctxs[0]?.addChildren([{ job: quiet, payload: 1 }])).toEqualTypeOf<
      Promise<void> | undefined
    >();
    return payloads.map(({ to }) => (to === '' ? new RangeError('nobody') : { sent: to }));
  },
});
expectTypeOf(send).toExtend<JobDefinition>();
expectTypeOf(send.name).toEqualTypeOf<'send'>();
expectTypeOf<JobInput<typeof send>>().toEqualTypeOf<{ to: string }>();
expectTypeOf<JobResult<typeof send>>().toEqualTypeOf<{ sent: string }>();

// A handler may return nothing.
const quiet = defineBatchJob({
  name: 'quiet',
  size: 5,
  handler: (rows: readonly number[]) => void rows,
});
expectTypeOf<JobInput<typeof quiet>>().toEqualTypeOf<number>();

// A schema types payloads.
const parsed = defineBatchJob({
  name: 'parsed',
  size: 5,
  schema: z.object({ n: z.string().transform(Number) }),
  handler: (payloads) => payloads.map(({ n }) => n),
});
expectTypeOf<JobInput<typeof parsed>>().toEqualTypeOf<{ n: string }>();
expectTypeOf<JobResult<typeof parsed>>().toEqualTypeOf<number>();

// @ts-expect-error the size is missing
defineBatchJob({ name: 'a', handler: () => undefined });
// @ts-expect-error JSON cannot carry the payload
defineBatchJob({
  name: 'a',
  size: 5,
  handler: (payloads: readonly { at: Date }[]) => payloads.map(() => 1),
});

// Hooks get one payload and one result, wherever they stand.
defineBatchJob({
  name: 'hooked',
  size: 5,
  handler: async (payloads: readonly { to: string }[]) =>
    payloads.map(({ to }) => (to === '' ? new RangeError('nobody') : { ok: true })),
  onBefore: (payload) => expectTypeOf(payload).toEqualTypeOf<{ to: string }>(),
  onComplete: ({ ok }) => expectTypeOf(ok).toEqualTypeOf<boolean>(),
});
defineBatchJob({
  name: 'hooks-first',
  size: 5,
  schema: z.object({ n: z.string().transform(Number) }),
  onBefore: ({ n }) => expectTypeOf(n).toEqualTypeOf<number>(),
  onComplete: (result: { ok: boolean }) => result.ok,
  handler: (payloads) => payloads.map(({ n }) => ({ ok: n > 1 })),
});
defineBatchJob({
  name: 'another-result',
  size: 5,
  onComplete: (result: number) => result + 1,
  // @ts-expect-error the hook takes another result
  handler: (payloads: readonly number[]) => payloads.map(String),
});
defineBatchJob({
  name: 'another-payload',
  size: 5,
  onBefore: (payload: string) => payload.trim(),
  // @ts-expect-error the hook takes another payload
  handler: (payloads: readonly number[]) => payloads.map(String),
});
