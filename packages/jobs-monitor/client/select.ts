import type { JobStatus } from '@philjs/jobs-core';
import { rowKey } from '../src/pages/jobs/bulk-bar.ts';
import type { CommandOf } from '../src/view/command.ts';
import type { PageState } from '../src/view/page-state.ts';
import type { Desk } from './desk.ts';
import { keepSelection } from './kept-selection.ts';

/** The row ticked last, where a range selected with Shift begins. */
let last: string | undefined;
let isShift = false;

/** Watches the Shift key, so that a click on a box also selects all rows since the last one. */
export function watchShift(): void {
  for (const type of ['click', 'keydown'] as const) {
    document.addEventListener(
      type,
      ({ shiftKey }) => {
        isShift = shiftKey;
      },
      { capture: true },
    );
  }
}

/** Selects rows, in the states that they show now, or clears their selection. */
export function select({ app }: Desk, { ids, on }: CommandOf<'select'>): void {
  const selected = new Map(app.selected);
  const shown = statesOf(app.state);
  for (const id of withRange(ids, shownIds())) {
    const status = shown.get(id);
    if (!on) selected.delete(id);
    else if (status !== undefined) selected.set(id, status);
  }
  // What has left the list meanwhile is not what the user ticks now.
  for (const id of selected.keys()) if (!shown.has(id)) selected.delete(id);
  last = ids.length === 1 ? ids[0] : undefined;
  app.selected = selected;
  keepSelection(selected);
  app.draw();
}

/** Returns the rows of a page that can be ticked, each with the state that it shows. */
function statesOf(state: PageState): ReadonlyMap<string, JobStatus> {
  if (state.page === 'jobs')
    return new Map(state.data.jobs.map((row) => [rowKey(row), row.status]));
  const causes = state.page === 'failures' ? state.data.incidents : [];
  return new Map(causes.map(({ key }) => [key, 'failed']));
}

function shownIds(): readonly string[] {
  const boxes = document.querySelectorAll<HTMLInputElement>('main tbody input[data-row]');
  return [...boxes].map((box) => box.dataset['row'] ?? '');
}

function withRange(ids: readonly string[], shown: readonly string[]): readonly string[] {
  const [id] = ids;
  if (!isShift || ids.length !== 1 || id === undefined || last === undefined) return ids;
  const [from, to] = [shown.indexOf(last), shown.indexOf(id)].sort((a, b) => a - b);
  return from === undefined || to === undefined || from < 0 ? ids : shown.slice(from, to + 1);
}
