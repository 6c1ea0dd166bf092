import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob, type JobContext, type JobDefinition } from '@philjs/jobs-core';
import { writeOracle } from './oracle.ts';
import type { WorkerSettings } from './worker-settings.ts';

type Settings = Pick<
  WorkerSettings,
  'oracle' | 'jobMs' | 'lockDuration' | 'workLimit' | 'sharedLimit'
>;

/** The jobs of fault tests. What they do is written to the oracle, not reported by the system under test. */
export function faultJobs({
  oracle,
  jobMs,
  lockDuration,
  workLimit,
  sharedLimit,
}: Settings): readonly JobDefinition[] {
  const note = (what: 'start' | 'end' | 'abort', ctx: JobContext): void =>
    writeOracle(oracle, { what, jobId: ctx.jobId, fencingToken: ctx.fencingToken });
  const run = async (ctx: JobContext, work: () => Promise<void>): Promise<void> => {
    ctx.signal.addEventListener('abort', () => note('abort', ctx), { once: true });
    note('start', ctx);
    await work();
    note('end', ctx);
  };
  const shared =
    sharedLimit === undefined
      ? undefined
      : ({ max: sharedLimit, scope: 'queue', name: 'together' } as const);
  return [
    ...['shared', 'sharing'].map((name) =>
      defineJob({
        name,
        concurrency: shared,
        handler: (_payload: undefined, ctx) => run(ctx, () => sleep(jobMs)),
      }),
    ),
    defineJob({
      name: 'work',
      concurrency: workLimit,
      handler: (payload: { readonly ms?: number } = {}, ctx) =>
        run(ctx, () => sleep(payload.ms ?? jobMs)),
    }),
    defineJob({
      name: 'until-aborted',
      handler: (_payload: undefined, ctx) =>
        run(ctx, async () => {
          await sleep(60_000, undefined, { signal: ctx.signal });
        }),
    }),
    defineJob({
      name: 'spin',
      handler: (_payload: undefined, ctx) =>
        run(ctx, async () => {
          const until = Date.now() + 3 * lockDuration;
          while (Date.now() < until);
        }),
    }),
    defineJob({
      name: 'poison',
      handler: (_payload: undefined, ctx) =>
        run(ctx, async () => {
          process.exit(1);
        }),
    }),
  ];
}
