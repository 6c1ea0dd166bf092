import { expect, test } from 'vitest';
import type { Job } from '../queue/job.ts';
import { quotedBy, quotedIn } from './quoted-errors.ts';

const code = 'JOBS_DEPENDENCY_FAILED';
const quoting = (message: string, cause?: unknown): never =>
  ({ name: 'JobsError', code, message, ...(cause !== undefined && { cause }) }) as never;

test('finds all messages of the job that failed first', () => {
  const parts = [{ name: 'Error', message: 'part' }, 'no error', { name: 'Error', message: 5 }];
  const cause = {
    name: 'Error',
    message: 'first',
    cause: { name: 'E', message: 'deep', errors: parts },
  };
  expect(
    quotedBy(quoting('`a` (1) failed: first. Retry', cause)).filter(Boolean).toSorted(),
  ).toEqual(['deep', 'first', 'part']);
});

test('takes the quote from the message where the cause was left out', () => {
  expect(quotedBy(quoting('`a` (1) failed: pass: word. Retry'))).toEqual(['pass: word. Retry']);
  expect(quotedBy(quoting('`a` (1) was removed. Retry'))).toEqual([]);
});

test('finds quotes in the error of a job, its causes, and those of its attempts', () => {
  const told = (message: string): never => quoting(`failed: ${message}`, { name: 'E', message });
  const wrapped = { name: 'Error', message: 'no report', cause: told('one') };
  const failures = [{ error: told('two') }, { error: { name: 'Error', message: 'own' } }];
  const job = { error: wrapped, failures } as unknown as Job;
  expect(quotedIn(job).toSorted()).toEqual(['one', 'two']);
  expect(quotedIn({} as Job)).toEqual([]);
});
