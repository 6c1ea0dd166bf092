import { isJobsError, JobsError } from '../errors/jobs-error.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { validatePayload } from '../job/validate-payload.ts';

/**
 * Adds a note to a schema's refusal if the payload is valid before its JSON round trip.
 *
 * @throws the refusal, or any other error as it came
 */
export async function hintAtCoercion(
  definition: JobDefinition,
  payload: unknown,
  error: unknown,
): Promise<never> {
  if (!isJobsError(error, 'JOBS_INVALID_PAYLOAD')) throw error;
  if (!(await fits(definition, payload))) throw error;
  throw new JobsError(
    'JOBS_INVALID_PAYLOAD',
    `${error.message}. It fits before it is stored as JSON, which turns a Date into a string: use a schema that accepts what JSON carries, such as \`z.coerce.date()\`.`,
    { cause: error, details: error.details ?? {} },
  );
}

async function fits({ schema, name }: JobDefinition, payload: unknown): Promise<boolean> {
  if (schema === undefined) return false;
  try {
    await validatePayload(schema, payload, name);
    return true;
  } catch {
    return false;
  }
}
