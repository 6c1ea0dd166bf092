import { mostBytesOf } from '../json/json-size.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { HeldLease } from './held-lease.ts';
import type { EndedOutcome } from './lease-store.ts';

/** The largest number of leases a call records. */
const MOST_ENDED = 128;
/** The approximate size of a call, in bytes of JSON. */
const MOST_BYTES = 1_048_576;

/**
 * Takes the outcomes of one call from the front of the list: at most 128 leases and, where they have to be `sent`
 * somewhere, about 1 MiB. Takes at least one, however large.
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

/** Computes an upper bound of the size of an outcome. */
function sizeOf(outcome: EndedOutcome | undefined): number {
  if (outcome === undefined) return 0;
  if (outcome.type !== 'complete') return mostBytesOf(outcome as unknown as JsonValue);
  return outcome.result === undefined ? 0 : mostBytesOf(outcome.result);
}

/** Counts the slots that are free once these are recorded: a job with hooks keeps its slot until they have ended. */
export function freedBy(ended: readonly HeldLease[]): number {
  let freed = 0;
  for (let index = 0; index < ended.length; index++) {
    if (!ended[index]?.run?.hasHooks) freed += 1;
  }
  return freed;
}
