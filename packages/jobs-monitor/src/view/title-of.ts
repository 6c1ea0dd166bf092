import { PAGES } from './page-name.ts';
import type { PageState } from './page-state.ts';

/** Returns the title of a page for the browser's tab, the most important words first. */
export function titleOf(state: PageState): string {
  if (state.page === 'job') return `${state.data.name} ${state.data.id} · Jobs`;
  if (state.page === 'workflow') {
    const { name, id, ended, total } = state.data;
    return `${ended} of ${total} · ${name} ${id} · Jobs`;
  }
  const problems = state.page === 'overview' ? state.data.health.problems : [];
  const alarm = problems.length > 0 ? `(${problems.length}) ` : '';
  return `${alarm}${PAGES[state.page]} · Jobs`;
}
