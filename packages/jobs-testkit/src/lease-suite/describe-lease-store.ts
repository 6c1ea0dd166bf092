import { describeSuite, type Suite } from '../suite/describe-suite.ts';
import { leaseGroups } from './groups.ts';
import type { LeaseSuiteOptions } from './lease-suite-options.ts';
import { LeaseTrial } from './lease-trial.ts';

/** Makes the suite of the lease store of a backend. */
export function leaseSuite(options: LeaseSuiteOptions): Suite<LeaseTrial> {
  return {
    groups: leaseGroups,
    createTrial: (_options, sample) => new LeaseTrial(options, sample),
    endTrial: (trial) => trial.end(),
  };
}

/**
 * Registers with vitest the tests of a `LeaseStore`, for backends that use core's worker loop: ended and started jobs
 * in one exchange, answers that were lost, a holder's own leases, contention. The behaviour that users see is tested
 * by `describeBackend`.
 *
 * @example
 * describeLeaseStore('tape', { create: tapeBackend() });
 */
export function describeLeaseStore(name: string, options: LeaseSuiteOptions): void {
  describeSuite(`${name}, its leases`, leaseSuite(options), options);
}
