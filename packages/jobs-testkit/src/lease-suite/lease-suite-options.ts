import type { Backend, LeaseStore } from '@philjs/jobs-core';
import type { SuiteOptions } from '../suite/suite-options.ts';

/** Says what the suite of lease stores runs on. */
export interface LeaseSuiteOptions extends SuiteOptions {
  /** Returns the lease store of a backend that is open: what it gives to `startLeaseConsumer`. */
  readonly leases: (backend: Backend, queueName: string) => LeaseStore | Promise<LeaseStore>;
}
