import { invalidArgument } from '@philjs/jobs-core/backend';

/** Checks that a value is a function, if it is given. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkFunction(field: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') {
    throw invalidArgument(field, 'a function', value);
  }
}
