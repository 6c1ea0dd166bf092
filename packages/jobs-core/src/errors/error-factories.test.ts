import { expect, it } from 'vitest';
import { invalidCursorError } from './invalid-cursor-error.ts';
import { jobNotFoundError } from './job-not-found-error.ts';
import { queueClosedError } from './queue-closed-error.ts';
import { scheduleNotFoundError } from './schedule-not-found-error.ts';

it.each([
  [invalidCursorError('x'), 'JOBS_INVALID_ARGUMENT', { field: 'cursor' }],
  [jobNotFoundError('x'), 'JOBS_NOT_FOUND', { jobId: 'x' }],
  [scheduleNotFoundError('x'), 'JOBS_NOT_FOUND', { scheduleId: 'x' }],
  [queueClosedError('x'), 'JOBS_QUEUE_CLOSED', { queueName: 'x' }],
])('names what is wrong: %s', (error, code, details) => {
  expect(error).toMatchObject({ code, details });
});

it('repeats no more than the start of a long cursor', () => {
  expect(invalidCursorError('c'.repeat(10_000)).message.length).toBeLessThan(300);
});
