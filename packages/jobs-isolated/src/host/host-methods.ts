import type { JobContext } from '@philjs/jobs-core';

/** Does what an isolate called. */
type HostMethod = (ctx: JobContext, ...args: readonly never[]) => unknown;

/** Lists what an isolate may call of the `ctx` of its run. */
export const HOST_METHODS: Readonly<Record<string, HostMethod>> = {
  updateProgress: (ctx, progress) => ctx.updateProgress(progress),
  log: (ctx, line) => ctx.log(line),
  sleep: (ctx, ms) => ctx.sleep(ms),
  holdBack: (ctx, ms) => ctx.holdBack(ms),
  takeRateLimit: (ctx, limit) => ctx.takeRateLimit(limit),
  childResults: (ctx) => ctx.childResults(),
};
