import { backendSuite } from '../src/backend-suite/describe-backend.ts';
import { describeQueue } from '../src/conformance.ts';
import { leaseSuite } from '../src/lease-suite/describe-lease-store.ts';
import { describeSuite } from '../src/suite/describe-suite.ts';
import { narrowed } from './support/narrowed.ts';
import { slowBackend, slowLeases } from './support/slow-backend.ts';

/** Of thousands of jobs, which take long in a store that takes its time; every other backend runs them. */
const MANY: ReadonlySet<string> = new Set([
  'stores 10,000 jobs, and runs each of them once',
  'makes them ready in slices, and says that there are more',
]);
const keeps = (title: string): boolean => !MANY.has(title);

const create = slowBackend();
const leases = leaseSuite({ create, leases: slowLeases });
describeSuite(
  'slow store',
  { ...backendSuite, groups: narrowed(backendSuite.groups, keeps) },
  { create },
);
describeSuite(
  'slow store, its leases',
  { ...leases, groups: narrowed(leases.groups, keeps) },
  { create },
);
describeQueue('slow store', { create });
