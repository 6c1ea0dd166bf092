import { backendSuite } from '../../src/backend-suite/describe-backend.ts';
import { leaseSuite } from '../../src/lease-suite/describe-lease-store.ts';
import { describeSuite } from '../../src/suite/describe-suite.ts';
import { memoryBackend } from '../support/memory.ts';
import { narrowed } from '../support/narrowed.ts';
import { leaseVariants } from './lease-variants.ts';
import { broken } from './variant.ts';
import { variants } from './variants.ts';

// Run by `bites.test.ts`, which expects all of these tests to fail.
for (const [name, variant] of Object.entries(variants)) {
  const { caughtBy } = variant;
  const groups = narrowed(backendSuite.groups, (title) => caughtBy.includes(title));
  describeSuite(name, { ...backendSuite, groups }, { create: broken(variant) });
}
for (const [name, { leases, caughtBy }] of Object.entries(leaseVariants)) {
  const options = { create: memoryBackend(), leases };
  const suite = leaseSuite(options);
  const groups = narrowed(suite.groups, (title) => caughtBy.includes(title));
  describeSuite(name, { ...suite, groups }, options);
}
