import { invalidArgument } from '../check/argument.ts';

/**
 * Checks the options of a queue that brings its own backend: an object, without a `backend`.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function refuseBackend(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw invalidArgument('createQueue', 'an object of options', options);
  }
  const { backend } = options as { backend?: unknown };
  if (backend === undefined) return;
  throw invalidArgument(
    'backend',
    'absent: this queue brings its own',
    backend,
    "For another one import `createQueue` from '@philjs/jobs-core'.",
  );
}
