import type { Job } from '../queue/job.ts';

/** Is an error that quotes the error of another job in its message, and has that as its cause. */
export interface QuotingError {
  readonly code: 'JOBS_DEPENDENCY_FAILED';
  readonly message: string;
  readonly cause?: unknown;
}

/** How many errors of a chain are read: more than a job keeps. */
const MOST = 100;

/** Returns whether a value is the error of a job that failed for one it waited for. */
export function isQuotingError(value: unknown): value is QuotingError {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    value.code === 'JOBS_DEPENDENCY_FAILED' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}

/**
 * Finds the texts that an error quotes of another job. Any of them may hold a secret of that job, which only the payload
 * of that job tells.
 */
export function quotedBy({ message, cause }: QuotingError): string[] {
  if (cause !== undefined) return errorsIn(cause).flatMap(({ message: text }) => text ?? []);
  // The cause was left out, because the error is too long or too deep.
  const start = message.indexOf(': ');
  return start === -1 ? [] : [message.slice(start + 2)];
}

/** Finds what the errors of a job quote of other jobs. */
export function quotedIn({ error, failures = [] }: Job): string[] {
  return [error, ...failures.map((failure) => failure.error)]
    .flatMap(errorsIn)
    .filter(isQuotingError)
    .flatMap(quotedBy);
}

interface StoredError {
  readonly message?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/** Lists an error, its causes and its parts. */
function errorsIn(error: unknown): StoredError[] {
  const found: StoredError[] = [];
  const left = [error];
  while (left.length > 0 && found.length < MOST) {
    const one = left.pop();
    if (typeof one !== 'object' || one === null) continue;
    const { message, cause, errors } = one as StoredError;
    found.push({ ...one, ...(typeof message !== 'string' && { message: '' }) });
    left.push(cause, ...(Array.isArray(errors) ? errors.slice(0, MOST) : []));
  }
  return found;
}
