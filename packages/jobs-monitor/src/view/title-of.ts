import { PAGES } from './page-name.ts';
import type { PageState } from './page-state.ts';

/** Names a page as the tab of a browser does: the most telling first. */
export function titleOf(state: PageState): string {
  if (state.page === 'job') return `${state.data.name} ${state.data.id} · Jobs`;
  const problems = state.page === 'overview' ? state.data.health.problems : [];
  const alarm = problems.length > 0 ? `(${problems.length}) ` : '';
  return `${alarm}${PAGES[state.page]} · Jobs`;
}
