import { isJobsError, JobsError } from '@philjs/jobs-core';
import type { PageSource } from '../../pages/page-source.ts';
import { errorAnswer } from '../http/http-error.ts';
import type { ActionName } from './action-name.ts';
import type { AuditedFields } from './fields.ts';

/**
 * Masks in the error of an action what it quotes of the stored job that the action or the error names: a schema or a
 * migration says what is wrong in words of its own, often with the value. Where the job cannot be read, the error names at most
 * the fields.
 */
export async function maskedRefusal(
  error: unknown,
  action: ActionName,
  { monitor, redactor }: PageSource,
  { queue = '', ids: [id] = [] }: AuditedFields,
): Promise<unknown> {
  // The payload of a new job is the sender's own.
  if (!isJobsError(error) || errorAnswer(error).status >= 500 || action === 'enqueue') return error;
  const of = monitor.queues.find(({ name }) => name === queue);
  // What is said of a dead letter names that, where the action names the cause of many.
  const { letter = id } = error.details ?? {};
  const job =
    typeof letter === 'string' ? await of?.getJob(letter).catch(() => undefined) : undefined;
  if (job !== undefined) return new JobsError(error.code, redactor.about(job, error.message));
  if (error.code === 'JOBS_INVALID_ARGUMENT' && error.details?.['letter'] !== undefined) {
    // A definition works out keys and tags from the payload, and the error quotes them.
    return new JobsError(
      error.code,
      `Letter \`${letter}\` is refused, and cannot be read any more.`,
    );
  }
  if (error.code === 'JOBS_MIGRATION_FAILED') {
    return new JobsError(error.code, 'The stored payload could not be brought to its version.');
  }
  if (error.code !== 'JOBS_INVALID_PAYLOAD') return error;
  const issues = (error.details?.['issues'] ?? []) as readonly { readonly path: string }[];
  const paths = issues.map(({ path }) => `\`${path.slice(0, 100)}\``).slice(0, 5);
  return new JobsError(
    error.code,
    `The stored payload does not fit the schema of its job${paths.length > 0 ? `: ${paths.join(', ')}` : ''}.`,
  );
}
