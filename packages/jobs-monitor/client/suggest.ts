import { JOB_STATUSES } from '../src/view/job-statuses.ts';
import type { App } from './app.ts';
import { suggestTerms } from './suggest-terms.ts';

/** Suggests completions of a search while the user types. */
export function suggestSearches(app: App): void {
  const list = document.createElement('datalist');
  list.id = 'terms';
  document.body.append(list);
  document.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLInputElement && target.id === 'q') fill(list, target, app);
  });
  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLInputElement && target.id === 'q') fill(list, target, app);
  });
}

function fill(list: HTMLDataListElement, input: HTMLInputElement, { boot, state }: App): void {
  const rows = state.page === 'jobs' ? state.data.jobs : [];
  const names = [...new Set(rows.map(({ name }) => name))];
  const known = { queues: boot.queues, statuses: JOB_STATUSES, names };
  list.replaceChildren(
    ...suggestTerms(input.value, known).map((value) => {
      const option = document.createElement('option');
      option.value = value;
      return option;
    }),
  );
}
