import { describeSuite, type Suite } from '../suite/describe-suite.ts';
import type { SuiteOptions } from '../suite/suite-options.ts';
import { BackendTrial } from './backend-trial.ts';
import { backendGroups } from './groups.ts';

/** Is the suite itself. */
export const backendSuite: Suite<BackendTrial> = {
  groups: backendGroups,
  createTrial: (options, sample) => new BackendTrial(options, sample),
  endTrial: (trial) => trial.end(),
};

/**
 * Registers with vitest the tests every backend must pass: each promise of the contract, and the promises of each
 * capability the backend declares. They run on virtual time if the backend declares `virtualTime`, else on real time,
 * as briefly as its `timeResolutionMs` allows.
 *
 * @example
 * import { describeBackend } from '@philjs/jobs-testkit/conformance';
 * import { memoryBackend } from '@philjs/jobs-memory';
 *
 * describeBackend('memory', { create: memoryBackend() });
 */
export function describeBackend(name: string, options: SuiteOptions): void {
  describeSuite(name, backendSuite, options);
}
