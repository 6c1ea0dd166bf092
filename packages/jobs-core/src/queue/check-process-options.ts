import { checkFunction, checkOptions, invalidArgument } from '../check/argument.ts';
import type { ProcessOptions } from './process-options.ts';
import { checkConcurrency } from './queue-options.ts';

/**
 * Checks the options of a queue's `process`, and returns them.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkProcessOptions(options: ProcessOptions): ProcessOptions {
  refuseHandler(options);
  checkOptions('process', options, ['concurrency', 'onEnded']);
  const { concurrency, onEnded } = options;
  if (concurrency !== undefined) checkConcurrency(concurrency);
  checkFunction('onEnded', onEnded);
  return options;
}

/**
 * Refuses what other libraries take as the argument of `process`: a handler, or how many run at once.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function refuseHandler(options: unknown): void {
  if (!['function', 'number', 'string'].includes(typeof options)) return;
  throw invalidArgument(
    'process',
    'an object such as `{ concurrency: 5 }`',
    options,
    'A handler belongs in `defineJob`, and the definition in the `jobs` of the queue.',
  );
}
