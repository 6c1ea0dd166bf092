import type { BedKind } from '../support/test-bed.ts';
import { byHand } from './by-hand.ts';
import { catchUpPolicy } from './catch-up.ts';
import { declaring } from './declaring.ts';
import { ending } from './ending.ts';
import { firing } from './firing.ts';
import { ledger } from './ledger.ts';
import { overlapPolicy } from './overlap.ts';
import { pausing } from './pausing.ts';
import { zones } from './zones.ts';

/** Tests of everything a scheduler promises, the same on every backend. */
export function allPolicies(kind: BedKind): void {
  firing(kind);
  declaring(kind);
  overlapPolicy(kind);
  catchUpPolicy(kind);
  pausing(kind);
  byHand(kind);
  ending(kind);
  ledger(kind);
  zones(kind);
}
