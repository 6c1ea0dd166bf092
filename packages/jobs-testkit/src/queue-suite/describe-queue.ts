import { describeSuite, type Suite } from '../suite/describe-suite.ts';
import type { SuiteOptions } from '../suite/suite-options.ts';
import { queueGroups } from './groups.ts';
import { QueueTrial } from './queue-trial.ts';

/** Is the suite itself. */
export const queueSuite: Suite<QueueTrial> = {
  groups: queueGroups,
  createTrial: (options, sample) => new QueueTrial(options, sample),
  endTrial: (trial) => trial.end(),
};

/**
 * Registers with vitest the tests of the public queue over a backend: the same results, errors and order of events on
 * every engine. A backend that passes {@link describeBackend} passes these too, unless the contract has a gap; run
 * both.
 *
 * @example
 * describeQueue('memory', { create: memoryBackend() });
 */
export function describeQueue(name: string, options: SuiteOptions): void {
  describeSuite(name, queueSuite, options);
}
