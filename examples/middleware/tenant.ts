import { AsyncLocalStorage } from 'node:async_hooks';
import type { EnqueueMiddleware, JobContext, Middleware } from '@philjs/jobs-core';

/** The current tenant: set where a request comes in, and read by all code that runs for it. */
export const currentTenant: AsyncLocalStorage<string> = new AsyncLocalStorage();

/** Stores the tenant in the metadata of every job, so that no call of `enqueue` can forget it. */
export const addTenant: EnqueueMiddleware = (_payload, ctx, next) => {
  const tenant = currentTenant.getStore();
  if (tenant === undefined) throw new Error(`No tenant to enqueue ${ctx.name} for`);
  ctx.options = { ...ctx.options, metadata: { ...ctx.options.metadata, tenant } };
  return next();
};

/** Returns the tenant of a job. */
export function tenantOf(ctx: JobContext): string {
  return String(ctx.metadata['tenant']);
}

/**
 * Makes a middleware that lets each tenant start `max` jobs in any window of `per` milliseconds. A job over
 * the limit waits for its start outside the worker, without using an attempt.
 */
export function limitTenants(max: number, per: number): Middleware {
  return async (_payload, ctx, next) => {
    await ctx.takeRateLimit({ key: `tenant:${tenantOf(ctx)}`, max, per });
    return next();
  };
}
