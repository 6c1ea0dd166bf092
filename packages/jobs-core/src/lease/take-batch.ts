import { mostBytesOf } from '../json/json-size.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { HeldLease } from './held-lease.ts';
import type { EndedOutcome } from './lease-store.ts';

/** At most how many leases a call records. */
const MOST_ENDED = 128;
/** About how much a call carries, in bytes of JSON. */
const MOST_BYTES = 1_048_576;

/**
 * Takes what one call records off the front of what ended: at most 128 leases and, where it has to be `sent`
 * somewhere, about 1 MiB. One always goes, however large.
 */
export function takeBatch(ended: HeldLease[], isSent: boolean): HeldLease[] {
  const most = Math.min(ended.length, MOST_ENDED);
  return ended.splice(0, isSent ? fitting(ended, most) : most);
}

function fitting(ended: readonly HeldLease[], most: number): number {
  let left = MOST_BYTES;
  for (let count = 0; count < most; count++) {
    const bytes = sizeOf(ended[count]?.outcome);
    if (bytes > left && count > 0) return count;
    left -= bytes;
  }
  return most;
}

/** Bounds the size of an outcome from above. */
function sizeOf(outcome: EndedOutcome | undefined): number {
  if (outcome === undefined) return 0;
  if (outcome.type !== 'complete') return mostBytesOf(outcome as unknown as JsonValue);
  return outcome.result === undefined ? 0 : mostBytesOf(outcome.result);
}
