import { Tally } from '../metrics/tally.ts';

/** How many names of jobs become labels, in each queue; the rest is counted as one. */
const MAX_NAMES = 100;
/** The label of what has no label of its own. */
const OTHER = 'other';

/**
 * Keeps the number of time series bounded: the first hundred names seen keep their label, all
 * others share `other`. Which is which never changes, or counters would shrink.
 */
export function boundNames(totals: ReadonlyMap<string, Tally>): ReadonlyMap<string, Tally> {
  if (totals.size <= MAX_NAMES) return totals;
  const bounded = new Map([...totals].slice(0, MAX_NAMES));
  const rest = [...totals.values()].slice(MAX_NAMES);
  const own = bounded.get(OTHER);
  return bounded.set(OTHER, Tally.of(own === undefined ? rest : [own, ...rest]));
}
