import { describe, expect, it } from 'vitest';
import { isJobsError, JobsError } from './jobs-error.ts';
import { deserializeError, serializeError } from './serialize-error.ts';

describe('deserializeError', () => {
  it('makes a JobsError for a code of our own', () => {
    const error = deserializeError(serializeError(new JobsError('JOBS_EXPIRED', 'too late')));
    expect(isJobsError(error, 'JOBS_EXPIRED')).toBe(true);
  });

  it('makes an Error with the name, message, code, stack and cause of any other', () => {
    class PaymentError extends Error {
      override readonly name = 'PaymentError';
      readonly code = 'DECLINED';
    }
    const thrown = new PaymentError('no money', { cause: new RangeError('limit') });
    const error = deserializeError(serializeError(thrown));
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'PaymentError',
      message: 'no money',
      code: 'DECLINED',
      stack: thrown.stack,
    });
    expect(error.cause).toMatchObject({ name: 'RangeError', message: 'limit' });
  });

  it('does not take a code it does not know for its own', () => {
    const error = deserializeError({ name: 'Error', message: 'm', code: 'JOBS_OF_TOMORROW' });
    expect(isJobsError(error)).toBe(false);
    expect(error).toMatchObject({ code: 'JOBS_OF_TOMORROW' });
  });

  it('brings back the parts of an aggregate', () => {
    const thrown = new AggregateError([new Error('a'), new TypeError('b')], 'both');
    const error = deserializeError(serializeError(thrown)) as AggregateError;
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.errors.map((part: Error) => part.name)).toEqual(['Error', 'TypeError']);
  });
});

it('gives another error its fields back, but none that every error has', () => {
  const thrown = Object.assign(new Error('no'), { status: 503, response: { body: 'away' } });
  const error = deserializeError(serializeError(thrown));
  expect(error).toMatchObject({ status: 503, response: { body: 'away' } });
  expect(serializeError(error)).toEqual(serializeError(thrown));
  const details = { message: 'other', stack: 'other', toString: 5, constructor: 5, kept: 1 };
  const odd = deserializeError({ name: 'Error', message: 'm', details });
  expect([String(odd), odd.constructor, odd]).toMatchObject(['Error: m', Error, { kept: 1 }]);
});

it('gives a JobsError its details back', () => {
  const details = { jobId: 'a', issues: [{ path: 'payload.to', message: 'no' }] };
  const error = new JobsError('JOBS_INVALID_PAYLOAD', 'no', { details });
  expect(deserializeError(serializeError(error))).toMatchObject({ code: error.code, details });
});
