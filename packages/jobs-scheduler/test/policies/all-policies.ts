import type { BedKind } from '../support/test-bed.ts';
import { backfilling } from './backfilling.ts';
import { byHand } from './by-hand.ts';
import { catchUpPolicy } from './catch-up.ts';
import { changing } from './changing.ts';
import { computingPayloads } from './computing-payloads.ts';
import { counting } from './counting.ts';
import { declaring } from './declaring.ts';
import { ending } from './ending.ts';
import { failingPayloads } from './failing-payloads.ts';
import { firing } from './firing.ts';
import { growingRuns } from './growing-runs.ts';
import { ledger } from './ledger.ts';
import { listing } from './listing.ts';
import { overlapPolicy } from './overlap.ts';
import { owning } from './owning.ts';
import { pausing } from './pausing.ts';
import { previewing } from './previewing.ts';
import { seeingRuns } from './seeing-runs.ts';
import { sharingQueue } from './sharing-queue.ts';
import { slowPayloads } from './slow-payloads.ts';
import { takenIds } from './taken-ids.ts';
import { tellingChanges } from './telling-changes.ts';
import { zones } from './zones.ts';

/** Tests of what a scheduler promises on every backend: of its ticks, of the runs they make, and of changes. */
export const POLICIES = {
  ticks: [firing, sharingQueue, catchUpPolicy, ending, ledger, counting, zones],
  runs: [
    overlapPolicy,
    seeingRuns,
    takenIds,
    growingRuns,
    backfilling,
    computingPayloads,
    slowPayloads,
    failingPayloads,
  ],
  changes: [declaring, owning, changing, pausing, byHand, previewing, listing, tellingChanges],
} as const satisfies Record<string, readonly ((kind: BedKind) => void)[]>;

/** The tests of which ticks run: those that a store decides most in. */
export const OVERLAP_AND_CATCH_UP = [
  overlapPolicy,
  catchUpPolicy,
  seeingRuns,
  takenIds,
  sharingQueue,
] as const satisfies readonly ((kind: BedKind) => void)[];

/** All of these tests. */
export function allPolicies(kind: BedKind): void {
  for (const policy of Object.values(POLICIES).flat()) policy(kind);
}
