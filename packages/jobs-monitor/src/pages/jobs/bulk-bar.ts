import type { VNode } from 'preact';
import { counted, countText } from '../../text/number.ts';
import { actionButton, mayDo } from '../../view/action-button.ts';
import { html } from '../../view/html.ts';
import type { ViewContext } from '../../view/view-context.ts';
import type { JobsData } from './jobs-data.ts';

/** Draws what can be done with the ticked rows, or with all jobs that match. */
export function bulkBar(ctx: ViewContext, data: JobsData): VNode | undefined {
  if (!['retry', 'cancel', 'remove'].some((one) => mayDo(ctx, one as 'retry'))) return undefined;
  if (data.jobs.length === 0) return undefined;
  const ids = data.jobs.map(({ id }) => id).filter((id) => ctx.selected.has(id));
  return html`<div class="bulk act" role="group" aria-label="Selected jobs">
    ${selectAll(ctx, data)}
    ${ids.length > 0 ? forSelected(ctx, data, ids) : forMatching(ctx, data)}
  </div>`;
}

function selectAll(ctx: ViewContext, { jobs }: JobsData): VNode {
  const ids = jobs.map(({ id }) => id);
  const all = ids.every((id) => ctx.selected.has(id));
  return html`<label class="tick">
    <input type="checkbox" checked=${all} onChange=${ctx.on({ do: 'select', ids, on: !all })} />
    All ${countText(ids.length)} shown
  </label>`;
}

function forSelected(ctx: ViewContext, { queue }: JobsData, ids: readonly string[]): VNode {
  const what = counted(ids.length, 'selected job');
  return html`<span class="buttons">
    <span>${countText(ids.length)} selected</span>
    ${actionButton(ctx, { do: 'retry', queue, ids }, 'Retry', what)}
    ${actionButton(ctx, { do: 'promote', queue, ids }, 'Run now', what)}
    ${actionButton(ctx, { do: 'cancel', queue, ids }, 'Cancel', what, 'danger')}
    ${actionButton(ctx, { do: 'remove', queue, ids }, 'Remove', what, 'danger')}
  </span>`;
}

function forMatching(ctx: ViewContext, data: JobsData): VNode | undefined {
  const { queue, search, mistake } = data;
  if (mistake !== undefined) return undefined;
  const remove = `Remove ${matching(data)}`;
  return html`<span class="buttons">
    ${
      mayHaveFailed(data) &&
      actionButton(ctx, { do: 'retry-matching', queue, search }, retryLabel(data), '')
    }
    ${actionButton(ctx, { do: 'remove-matching', queue, search }, remove, 'and do not run', 'danger')}
  </span>`;
}

/** Tells whether failed jobs can be among those that match. */
function mayHaveFailed({ search, stats }: JobsData): boolean {
  const states: readonly string[] = search.match(/\bstatus:\w+/g) ?? [];
  return stats.failed > 0 && (states.length === 0 || states.includes('status:failed'));
}

function retryLabel(data: JobsData): string {
  const { search, stats } = data;
  if (search === '' || search === 'status:failed')
    return `Retry all ${countText(stats.failed)} failed`;
  return 'Retry all that match and failed';
}

function matching({ exact, total }: JobsData): string {
  return exact ? `all ${countText(total)} that match` : 'all that match';
}
