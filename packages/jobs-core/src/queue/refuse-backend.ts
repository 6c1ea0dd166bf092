import { checkObject, checkOptions, invalidArgument } from '../check/argument.ts';
import { QUEUE_HINTS } from './option-hints.ts';
import { QUEUE_OPTION_NAMES, QUEUE_OPTION_SYNONYMS } from './queue-options.ts';

/** Says what options of a queue, or of many, a package takes besides those of every queue. */
export interface OwnQueueOptions {
  /** The names of its own options, such as `redis`. Without them, only `backend` is checked. */
  readonly own?: readonly string[];
  /** The hints for options that it does not take, by their names in lower case: what stands in their place. */
  readonly hints?: ReadonlyMap<string, string>;
  /** Whether they are the options that many queues share: those have no `name`. @default false */
  readonly many?: boolean;
}

/**
 * Checks the options of a queue that brings its own backend: an object, without a `backend`, and with no names but those
 * of every queue and its own.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, with a suggestion where a name is a near miss
 */
export function refuseBackend(
  options: unknown,
  { own, hints, many = false }: OwnQueueOptions = {},
): void {
  const field = many ? 'options' : 'createQueue';
  const { backend, ...given } = checkObject(field, options) as { backend?: unknown };
  if (backend !== undefined) {
    throw invalidArgument(
      'backend',
      'absent: this queue brings its own',
      backend,
      "For another one import `createQueue` from '@philjs/jobs-core'.",
    );
  }
  if (own === undefined) return;
  const common = QUEUE_OPTION_NAMES.filter((name) => !many || name !== 'name');
  const all = hints === undefined ? QUEUE_HINTS : new Map([...QUEUE_HINTS, ...hints]);
  checkOptions(field, given, [...own, ...common], QUEUE_OPTION_SYNONYMS, all);
}
