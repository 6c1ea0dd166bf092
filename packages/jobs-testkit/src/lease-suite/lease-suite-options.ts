import type { Backend, LeaseStore } from '@philjs/jobs-core/backend';
import type { SuiteOptions } from '../suite/suite-options.ts';

/** Holds the options of the suite of lease stores. */
export interface LeaseSuiteOptions extends SuiteOptions {
  /** Returns the lease store of an open backend: the one it passes to `startLeaseConsumer`. @default its `leases` */
  readonly leases?: (backend: Backend, queueName: string) => LeaseStore | Promise<LeaseStore>;
}
