import { invalidArgument } from '../check/argument.ts';
import type { Backend } from '../contract/backend.ts';
import { notSupported } from '../errors/error-factories.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { RunServices } from '../run/run-services.ts';

/**
 * Ensures that the backend can keep the dead letters that a definition, or its queue, asks for.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`; `JOBS_INVALID_ARGUMENT` when it would be kept in the queue itself
 */
export function requireDeadLetters(
  { options }: JobDefinition,
  worker: {
    readonly backend: Backend;
    readonly deadLetter: string | undefined;
    readonly services: RunServices;
  },
): void {
  const { deadLetter = worker.deadLetter } = options;
  if (deadLetter === undefined) return;
  const { name, capabilities } = worker.backend;
  if (!capabilities.deadLetters) throw notSupported(name, 'deadLetters');
  if (deadLetter !== worker.services.queue.name) return;
  throw invalidArgument('deadLetter', 'the name of another queue', deadLetter);
}
