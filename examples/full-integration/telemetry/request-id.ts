import { AsyncLocalStorage } from 'node:async_hooks';
import type { EnqueueMiddleware, Middleware } from '@philjs/jobs-core';

/** The current request: set where it comes in, and again in every job enqueued for it. */
export const currentRequest: AsyncLocalStorage<string> = new AsyncLocalStorage();

/** Stores the id of the request with every job enqueued for it. */
export const sendRequestId: EnqueueMiddleware = (_payload, ctx, next) => {
  const requestId = currentRequest.getStore();
  if (requestId !== undefined) {
    ctx.options = { ...ctx.options, metadata: { ...ctx.options.metadata, requestId } };
  }
  return next();
};

/** Restores the id where the job runs, so that the jobs it enqueues have it too. */
export const adoptRequestId: Middleware = (_payload, ctx, next) => {
  const { requestId } = ctx.metadata;
  if (typeof requestId !== 'string') return next();
  ctx.log('for request %s', requestId);
  return currentRequest.run(requestId, next);
};
