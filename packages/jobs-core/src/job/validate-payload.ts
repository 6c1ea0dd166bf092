import type { StandardSchemaV1 } from '@standard-schema/spec';
import { invalidArgument } from '../check/argument.ts';
import { isThenable } from '../check/is-thenable.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { MaybePromise } from '../lease/lease-store.ts';

/** How many issues a message lists; `details.issues` has them all. */
const MAX_LISTED = 5;

/**
 * Validates a payload with a Standard Schema and returns the schema's output; synchronously when the schema returns
 * synchronously.
 *
 * @throws JobsError `JOBS_INVALID_PAYLOAD`, with `details.issues` as `{ path, message }`; `JOBS_INVALID_ARGUMENT`
 * when the schema returns neither a value nor issues
 */
export function validatePayload(
  schema: StandardSchemaV1,
  payload: unknown,
  jobName: string,
  what = `The payload of job \`${jobName}\``,
): MaybePromise<unknown> {
  const answer = schema['~standard'].validate(payload);
  return isThenable(answer)
    ? Promise.resolve(answer).then((result) => outputOf(result, jobName, what))
    : outputOf(answer as StandardSchemaV1.Result<unknown>, jobName, what);
}

function outputOf(
  result: StandardSchemaV1.Result<unknown>,
  jobName: string,
  what: string,
): unknown {
  if (typeof result !== 'object' || result === null) {
    throw invalidArgument(
      'schema',
      'a Standard Schema that answers `{ value }` or `{ issues }`',
      result,
    );
  }
  if (result.issues === undefined) return result.value;
  if (!Array.isArray(result.issues)) {
    throw invalidArgument('schema', 'a Standard Schema whose `issues` are an array', result.issues);
  }
  // Those of a schema written by hand may be anything.
  const given: readonly (Partial<StandardSchemaV1.Issue> | null)[] = result.issues;
  const issues = given.map((issue) => ({
    path: pathOf(issue?.path),
    message: String(issue?.message),
  }));
  const listed = issues.slice(0, MAX_LISTED).map(({ path, message }) => `\`${path}\`: ${message}`);
  const more = issues.length > MAX_LISTED ? ` (and ${issues.length - MAX_LISTED} more)` : '';
  throw new JobsError(
    'JOBS_INVALID_PAYLOAD',
    `${what} does not fit its schema: ${listed.join('; ')}${more}`,
    { details: { jobName, issues } },
  );
}

function pathOf(path: StandardSchemaV1.Issue['path']): string {
  let text = 'payload';
  for (const segment of Array.isArray(path) ? path : []) {
    const key = typeof segment === 'object' && segment !== null ? segment.key : segment;
    text += typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
  }
  return text;
}
