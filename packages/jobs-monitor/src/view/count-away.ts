import type { PageState } from './page-state.ts';

/** Counts the queues that a page could not read, so that the page does not look healthy. */
export function countAway({ data }: PageState): number {
  return 'away' in data ? data.away.length : 0;
}
