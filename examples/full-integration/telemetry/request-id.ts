import { AsyncLocalStorage } from 'node:async_hooks';
import type { EnqueueMiddleware, Middleware } from '@philjs/jobs-core';

/** The request this code works for: set where it comes in, and again in every job it led to. */
export const currentRequest: AsyncLocalStorage<string> = new AsyncLocalStorage();

/** Sends the id of the request along with every job enqueued for it. */
export const sendRequestId: EnqueueMiddleware = (_payload, ctx, next) => {
  const requestId = currentRequest.getStore();
  if (requestId !== undefined) {
    ctx.options = { ...ctx.options, metadata: { ...ctx.options.metadata, requestId } };
  }
  return next();
};

/** Takes the id up where the job runs, so that its follow-ups carry it, too. */
export const adoptRequestId: Middleware = (_payload, ctx, next) => {
  const { requestId } = ctx.metadata;
  if (typeof requestId !== 'string') return next();
  ctx.log('for request %s', requestId);
  return currentRequest.run(requestId, next);
};
