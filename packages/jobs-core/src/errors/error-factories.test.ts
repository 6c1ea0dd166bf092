import { describe, expect, it } from 'vitest';
import {
  dependencyFailedError,
  invalidCursorError,
  jobNotFoundError,
  queueClosedError,
  scheduleNotFoundError,
  schemaOutdatedError,
} from './error-factories.ts';
import { serializeError } from './serialize-error.ts';

it.each([
  [invalidCursorError('x'), 'JOBS_INVALID_ARGUMENT', { field: 'cursor' }],
  [jobNotFoundError('x'), 'JOBS_NOT_FOUND', { jobId: 'x' }],
  [scheduleNotFoundError('x'), 'JOBS_NOT_FOUND', { scheduleId: 'x' }],
  [queueClosedError('x'), 'JOBS_QUEUE_CLOSED', { queueName: 'x' }],
  [
    schemaOutdatedError({ where: 'the file x', removal: 'remove it' }),
    'JOBS_SCHEMA_OUTDATED',
    { where: 'the file x' },
  ],
])('names what is wrong: %s', (error, code, details) => {
  expect(error).toMatchObject({ code, details });
});

it('repeats no more than the start of a long cursor', () => {
  expect(invalidCursorError('c'.repeat(10_000)).message.length).toBeLessThan(300);
});

const job = (id: string, error?: Error, status = 'failed') => ({
  queueName: 'q',
  id,
  name: `job-${id}`,
  status,
  ...(error !== undefined && { error: serializeError(error) }),
});

describe('the error of a job that failed for another', () => {
  it('carries the first cause, and the path through the jobs that failed for it', () => {
    let error = dependencyFailedError(job('0', new Error('declined')));
    for (const id of ['1', '2']) error = dependencyFailedError(job(id, error));
    expect(error.cause).toMatchObject({ message: 'declined' });
    expect(error.details).toMatchObject({ dependency: { id: '2' }, path: ['0', '1', '2'] });
    expect(error.message).toContain('`job-2` (2), failed, through 2 others: declined');
  });

  it('says that a job was cancelled or removed', () => {
    const sentence = new Error('The card was declined.');
    expect(dependencyFailedError(job('a', sentence)).message).toContain('declined. Retry');
    expect(dependencyFailedError(job('a', undefined, 'cancelled')).message).toContain(
      'was cancelled.',
    );
    expect(dependencyFailedError(job('a', undefined, 'removed')).message).toContain('was removed.');
  });

  it('stays small however long the chain is', () => {
    let error = dependencyFailedError(job('0', new Error('declined')));
    for (let id = 1; id <= 500; id++) error = dependencyFailedError(job(`${id}`, error));
    const path = error.details?.['path'] as string[];
    expect(path).toHaveLength(40);
    expect([path[0], path.at(-1)]).toEqual(['0', '500']);
    expect(error.message).toContain('through at least 40 others');
    expect(JSON.stringify(serializeError(error)).length).toBeLessThan(10_000);
  });
});
