import { defineJob, type JobInput, type JobResult } from '@philjs/jobs-core';
import { expectTypeOf } from 'vitest';
import type * as act from '../test/handlers/act.ts';
import { type IsolatedContext, type IsolatedHandler, isolated } from './index.ts';

const url = new URL('./encode.ts', import.meta.url);

// Payload and result come from the type parameters.
const encode = defineJob({
  name: 'encode',
  onComplete: ({ frames }) => frames.toFixed(),
  handler: isolated<{ readonly path: string }, { readonly frames: number }>(url, {
    in: 'process',
    memory: 512,
    idle: 5000,
  }),
});
expectTypeOf<JobInput<typeof encode>>().toEqualTypeOf<{ readonly path: string }>();
expectTypeOf<JobResult<typeof encode>>().toEqualTypeOf<{ readonly frames: number }>();

// Or from the module itself.
const acting = isolated<typeof act>(url);
expectTypeOf(acting).parameter(0).toEqualTypeOf<act.Act>();
interface Sums {
  readonly default: (payload: readonly number[], ctx: IsolatedContext) => Promise<number>;
}
const sum = defineJob({ name: 'sum', handler: isolated<Sums>(url) });
expectTypeOf<JobInput<typeof sum>>().toEqualTypeOf<readonly number[]>();
expectTypeOf<JobResult<typeof sum>>().toEqualTypeOf<number>();

// What JSON cannot carry is refused where the job is defined, as of any handler.
// @ts-expect-error JSON cannot carry the payload
defineJob({ name: 'dated', handler: isolated<{ readonly at: Date }, number>(url) });

// @ts-expect-error a place is a thread or a process
isolated<number, number>(url, { in: 'worker' });
// @ts-expect-error a module is a URL
isolated<number, number>('./encode.ts');
// @ts-expect-error the module exports no handler
isolated<{ readonly handler: () => number }>(url);

// The handler of a module has what crosses of a context, and fits `defineJob` by itself.
const handler: IsolatedHandler<number, number> = async (payload, ctx) => {
  await ctx.updateProgress(50);
  // @ts-expect-error the queue does not cross
  void ctx.queue;
  return payload * ctx.attempt;
};
defineJob({ name: 'at-home', handler });
