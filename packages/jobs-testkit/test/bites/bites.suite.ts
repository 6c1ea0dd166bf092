import { backendSuite } from '../../src/backend-suite/describe-backend.ts';
import { leaseSuite } from '../../src/lease-suite/describe-lease-store.ts';
import { describeSuite } from '../../src/suite/describe-suite.ts';
import { memoryBackend } from '../support/memory.ts';
import { narrowed } from '../support/narrowed.ts';
import { leaseVariants } from './lease-variants.ts';
import { variants } from './variants.ts';

// Run by `bites.test.ts`, which expects all of these tests to fail.
for (const { name, create, caughtBy } of variants) {
  const groups = narrowed(backendSuite.groups, (title) => caughtBy.includes(title));
  describeSuite(name, { ...backendSuite, groups }, { create });
}
for (const { name, leases, caughtBy } of leaseVariants) {
  const options = { create: memoryBackend(), leases };
  const suite = leaseSuite(options);
  describeSuite(
    name,
    { ...suite, groups: narrowed(suite.groups, (title) => caughtBy.includes(title)) },
    options,
  );
}
