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

function forMatching(
  ctx: ViewContext,
  { queue, search, total, exact, mistake }: JobsData,
): VNode | undefined {
  if (mistake !== undefined) return undefined;
  const matching = exact ? `all ${countText(total)} that match` : 'all that match';
  return html`<span class="buttons">
    ${actionButton(ctx, { do: 'retry-matching', queue, search }, `Retry ${matching}`, 'and failed')}
    ${actionButton(ctx, { do: 'remove-matching', queue, search }, `Remove ${matching}`, 'and do not run', 'danger')}
  </span>`;
}
