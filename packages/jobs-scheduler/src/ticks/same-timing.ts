import { isDeepStrictEqual } from 'node:util';
import type { Timing } from '../spec/schedule-spec.ts';

/** Returns whether two timings tick at the same times, also when they name the same zone differently. */
export function isSameTiming(a: Timing, b: Timing): boolean {
  return isDeepStrictEqual(withCanonicalZone(a), withCanonicalZone(b));
}

function withCanonicalZone(timing: Timing): Timing {
  if (timing.kind !== 'cron') return timing;
  return { ...timing, timezone: canonicalZone(timing.timezone) };
}

const canonical = new Map<string, string>();

/** Returns the runtime's own name of a zone: `Europe/Kyiv` and `Europe/Kiev` are one. */
function canonicalZone(zone: string): string {
  let name = canonical.get(zone);
  if (name === undefined) {
    name = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
    if (canonical.size < 1000) canonical.set(zone, name);
  }
  return name;
}
