import type { Backend } from '@philjs/jobs-core';
import { describeSuite } from '../suite/describe-suite.ts';
import type { SuiteOptions } from '../suite/suite-options.ts';
import { BackendTrial } from './backend-trial.ts';
import { backendGroups } from './groups.ts';

/**
 * Registers with vitest the tests every backend must pass: each promise of the contract, and for
 * each capability the backend declares what that promises. They run on virtual time if the backend
 * declares `virtualTime`, else on real time, as briefly as its `timeResolutionMs` allows.
 *
 * @example
 * import { describeBackend } from '@philjs/jobs-testkit';
 * import { memoryBackend } from '@philjs/jobs-memory';
 *
 * describeBackend('memory', { create: memoryBackend() });
 */
export function describeBackend(name: string, options: SuiteOptions): void {
  const suite = {
    groups: backendGroups,
    createTrial: (given: SuiteOptions, sample: Backend) => new BackendTrial(given, sample),
    endTrial: (trial: BackendTrial) => trial.end(),
  };
  describeSuite(name, suite, options);
}
