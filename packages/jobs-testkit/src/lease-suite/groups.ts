import { asking } from './groups/asking.ts';
import { contendingForLeases } from './groups/contending-for-leases.ts';
import { exchanging } from './groups/exchanging.ts';
import { forgetting } from './groups/forgetting.ts';
import { holding } from './groups/holding.ts';
import { promoting } from './groups/promoting.ts';
import type { LeaseGroup } from './lease-group.ts';

/** All groups of the suite of lease stores. */
export const leaseGroups: readonly LeaseGroup[] = [
  exchanging,
  asking,
  holding,
  forgetting,
  promoting,
  contendingForLeases,
];
