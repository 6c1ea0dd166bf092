import { JobsError } from './jobs-error.ts';

/** Makes the error of a cursor that no list of the same states returned. */
export function invalidCursorError(cursor: string): JobsError {
  const text = JSON.stringify(cursor.slice(0, 100));
  return new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected \`cursor\` to be one that a list of the same states returned, got ${text}.`,
    { details: { field: 'cursor' } },
  );
}
