import { backendSuite } from '../../src/backend-suite/describe-backend.ts';
import { leaseSuite } from '../../src/lease-suite/describe-lease-store.ts';
import { describeSuite } from '../../src/suite/describe-suite.ts';
import type { Group } from '../../src/suite/group.ts';
import { memoryBackend } from '../support/memory.ts';
import { leaseVariants } from './lease-variants.ts';
import { variants } from './variants.ts';

/** Keeps the tests of some titles, of all groups. */
function only<TTrial>(
  titles: readonly string[],
  groups: readonly Group<TTrial>[],
): readonly Group<TTrial>[] {
  return groups.map((group) => ({
    ...group,
    tests: (test) =>
      group.tests((title, ...rest) => {
        if (titles.includes(title)) test(title, ...rest);
      }),
  }));
}

// Run by `bites.test.ts`, which expects all of these tests to fail.
for (const { name, create, caughtBy } of variants) {
  const groups = only(caughtBy, backendSuite.groups);
  describeSuite(name, { ...backendSuite, groups }, { create });
}
for (const { name, leases, caughtBy } of leaseVariants) {
  const options = { create: memoryBackend(), leases };
  const suite = leaseSuite(options);
  describeSuite(name, { ...suite, groups: only(caughtBy, suite.groups) }, options);
}
