import { checkText, invalidArgument } from '../check/argument.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { Middleware } from './middleware.ts';

/**
 * Makes a middleware that refuses payloads: `validate` returns true for a good one, anything falsy for a bad one, or
 * throws. A retry cannot fix a bad payload, so the job fails for good with `JOBS_INVALID_PAYLOAD`. For checks at
 * `enqueue` as well, give the job a `schema`.
 *
 * @param message - the message of the error
 */
export function createValidationMiddleware<TPayload = unknown>(
  validate: (payload: TPayload) => boolean | Promise<boolean>,
  message?: string,
): Middleware<TPayload> {
  if (typeof validate !== 'function') {
    throw invalidArgument('validate', 'a function `(payload) => boolean`', validate);
  }
  checkText('message', message);
  return async (payload, ctx, next) => {
    let valid = false;
    let cause: unknown;
    try {
      valid = await validate(payload);
    } catch (thrown) {
      cause = thrown;
    }
    if (!valid) {
      const text = message ?? `The payload of job \`${ctx.name}\` (${ctx.jobId}) is not valid`;
      ctx.fail(new JobsError('JOBS_INVALID_PAYLOAD', text, { cause }));
    }
    return next();
  };
}
