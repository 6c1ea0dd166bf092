import { leaseStoreOf } from '../../../jobs-memory/src/memory-backend.ts';
import { backendSuite } from '../../src/backend-suite/describe-backend.ts';
import { describeBackend, describeLeaseStore } from '../../src/conformance.ts';
import { leaseSuite } from '../../src/lease-suite/describe-lease-store.ts';
import { describeSuite } from '../../src/suite/describe-suite.ts';
import type { Group } from '../../src/suite/group.ts';
import { memoryBackend } from '../support/memory.ts';
import { leaseVariants } from './lease-variants.ts';
import { variants } from './variants.ts';

function titlesOf<TTrial>(group: Group<TTrial>): string[] {
  const titles: string[] = [];
  group.tests((title) => titles.push(title));
  return titles;
}

// Run by `bites.test.ts`, which expects all but the first to fail.
describeBackend('whole', { create: memoryBackend() });
describeLeaseStore('whole', { create: memoryBackend(), leases: leaseStoreOf });
for (const { name, create, caughtBy } of variants) {
  const groups = backendSuite.groups.filter((group) =>
    titlesOf(group).some((title) => caughtBy.includes(title)),
  );
  describeSuite(name, { ...backendSuite, groups }, { create });
}
for (const { name, leases, caughtBy } of leaseVariants) {
  const options = { create: memoryBackend(), leases };
  const suite = leaseSuite(options);
  const groups = suite.groups.filter((group) =>
    titlesOf(group).some((title) => caughtBy.includes(title)),
  );
  describeSuite(name, { ...suite, groups }, options);
}
