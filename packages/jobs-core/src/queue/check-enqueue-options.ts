import { checkOptions, checkTime, invalidArgument } from '../check/argument.ts';
import { checkId } from '../job/check-name.ts';
import { checkOrderOptions, ORDER_OPTION_NAMES, ORDER_SYNONYMS } from '../job/order-facts.ts';
import { checkSharedOptions, SHARED_OPTION_NAMES, SHARED_SYNONYMS } from '../job/shared-options.ts';
import { checkDependsOn } from './depends-on.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import { refuseHowStored } from './how-stored.ts';
import { ENQUEUE_HINTS } from './option-hints.ts';

const KNOWN = [
  ...['transaction', 'signal', 'jobId', 'runAt', 'deduplicate', 'tags', 'metadata'],
  ...['dependsOn', 'onDependencyFailure'],
  ...ORDER_OPTION_NAMES,
  ...SHARED_OPTION_NAMES,
];
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ...SHARED_SYNONYMS,
  ...ORDER_SYNONYMS,
  ['id', 'jobId'],
  ['singletonkey', 'deduplicate'],
  ['deduplication', 'deduplicate'],
  ['meta', 'metadata'],
  ['tag', 'tags'],
  ['labels', 'tags'],
  ['db', 'transaction'],
  ['tx', 'transaction'],
  ['depends', 'dependsOn'],
  ['dependencies', 'dependsOn'],
  ['after', 'dependsOn'],
]);

/**
 * Checks the options of one `enqueue`; deduplication and metadata are checked where they are read.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkEnqueueOptions(options: EnqueueOptions): void {
  checkOptions('options', options, KNOWN, SYNONYMS, ENQUEUE_HINTS);
  refuseHowStored(options);
  checkSharedOptions('', options);
  checkOrderOptions(options);
  checkDependsOn(options);
  if (options.jobId !== undefined) checkId('jobId', options.jobId);
  if (options.runAt === undefined) return;
  checkTime('runAt', options.runAt);
  if (options.delay !== undefined) {
    throw invalidArgument('delay', 'absent when `runAt` is given', options.delay);
  }
}
