import type { Incident } from '../../failures/incident.ts';

/** Names what the incidents of a page are ordered by. */
export type IncidentOrder = 'failed' | 'since' | 'last' | 'rate';

/** Orders incidents by a figure; the one that needs people most comes first. */
const COMPARE: {
  readonly [order in IncidentOrder]: (a: Incident, b: Incident) => number;
} = {
  failed: (a, b) => b.count - a.count,
  since: (a, b) => b.firstAt - a.firstAt,
  last: (a, b) => b.lastAt - a.lastAt,
  rate: (a, b) => b.perMinute - a.perMinute,
};

/** Lists the orders. */
export const INCIDENT_ORDERS: readonly IncidentOrder[] = Object.keys(COMPARE) as IncidentOrder[];

/** Returns the incidents in an order. */
export function inOrder(incidents: readonly Incident[], order: IncidentOrder): Incident[] {
  return [...incidents].sort(COMPARE[order]);
}

/** Returns whether a text stands in what an incident shows: its cause, its latest message, its jobs or queues. */
export function mentions(
  { code = '', errorName, message, sample, jobs }: Incident,
  text: string,
): boolean {
  const shown = [code, errorName, message, sample.message];
  const named = jobs.flatMap(({ queue, name }) => [queue, name]);
  return [...shown, ...named].some((part) => part.toLowerCase().includes(text.toLowerCase()));
}
