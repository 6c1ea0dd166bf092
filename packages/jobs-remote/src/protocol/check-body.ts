import { JobsError } from '@philjs/jobs-core';
import type { z } from 'zod';

/**
 * Checks the body of a request.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the first field that is wrong, and no value
 */
export function checkBody<T>(call: string, schema: z.ZodType<T>, body: unknown): T {
  const checked = schema.safeParse(body);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const field = `body${(issue?.path ?? []).map((part) => `[${JSON.stringify(part)}]`).join('')}`;
  throw new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected the body of \`${call}\` to be as the protocol says, but ${field}: ${issue?.message}.`,
    { details: { field, call } },
  );
}
