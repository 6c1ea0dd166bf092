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
import { seeingRuns } from './seeing-runs.ts';
import { tellingChanges } from './telling-changes.ts';
import { zones } from './zones.ts';

/** Tests of everything a scheduler promises, the same on every backend. */
export function allPolicies(kind: BedKind): void {
  firing(kind);
  declaring(kind);
  owning(kind);
  changing(kind);
  overlapPolicy(kind);
  seeingRuns(kind);
  growingRuns(kind);
  catchUpPolicy(kind);
  pausing(kind);
  byHand(kind);
  backfilling(kind);
  ending(kind);
  ledger(kind);
  counting(kind);
  computingPayloads(kind);
  failingPayloads(kind);
  listing(kind);
  tellingChanges(kind);
  zones(kind);
}
