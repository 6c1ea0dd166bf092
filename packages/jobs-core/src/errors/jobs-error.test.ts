import { expect, it } from 'vitest';
import { cancelledError } from './error-factories.ts';
import { isJobsError, JobsError } from './jobs-error.ts';
import { toError } from './serialize-error.ts';

it('tells its errors apart by code', () => {
  const error: unknown = new JobsError('JOBS_CONFLICT', 'no', { details: { jobId: 'a' } });
  expect(isJobsError(error)).toBe(true);
  expect(isJobsError(error, 'JOBS_CONFLICT')).toBe(true);
  expect(isJobsError(error, 'JOBS_NOT_FOUND')).toBe(false);
  for (const other of [
    new Error('x'),
    undefined,
    null,
    'JOBS_CONFLICT',
    { code: 'JOBS_CONFLICT' },
  ]) {
    expect(isJobsError(other)).toBe(false);
  }
});

it('knows the error of another copy of the package', () => {
  const foreign = Object.assign(new Error('x'), { code: 'JOBS_TIMEOUT' });
  Object.defineProperty(foreign, Symbol.for('@philjs/jobs-error'), { value: true });
  expect(isJobsError(foreign, 'JOBS_TIMEOUT')).toBe(true);
});

it('has no cause when none is given', () => {
  expect('cause' in new JobsError('JOBS_TIMEOUT', 'm', { cause: undefined })).toBe(false);
  expect(new JobsError('JOBS_TIMEOUT', 'm', { cause: 'why' }).cause).toBe('why');
});

it('carries the reason of a cancelled job', () => {
  expect(cancelledError('a', 'changed my mind').details).toEqual({
    jobId: 'a',
    reason: 'changed my mind',
  });
});

it('makes an Error out of anything without throwing', () => {
  const error = new Error('as it is');
  expect(toError(error)).toBe(error);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const thrown of ['text', undefined, Object.create(null), proxy]) {
    expect(toError(thrown)).toBeInstanceOf(Error);
    expect(toError(thrown).cause).toBe(thrown);
  }
});
