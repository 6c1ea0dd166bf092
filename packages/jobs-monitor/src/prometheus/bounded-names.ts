import { Tally } from '../metrics/tally.ts';

/** How many job names per queue become labels; the other names share one. */
const MAX_NAMES = 100;
/** The label that the other names share. */
const OTHER = 'other';

/**
 * Bounds the number of time series: the first hundred names seen keep their label, and all others share
 * `other`. A name never changes its label, because counters must not shrink.
 */
export function boundNames(totals: ReadonlyMap<string, Tally>): ReadonlyMap<string, Tally> {
  if (totals.size <= MAX_NAMES) return totals;
  const bounded = new Map([...totals].slice(0, MAX_NAMES));
  const rest = [...totals.values()].slice(MAX_NAMES);
  const own = bounded.get(OTHER);
  return bounded.set(OTHER, Tally.of(own === undefined ? rest : [own, ...rest]));
}
