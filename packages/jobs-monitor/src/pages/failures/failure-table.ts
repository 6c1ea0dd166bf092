import type { VNode } from 'preact';
import type { FailureGroup } from '../../failures/failure-group.ts';
import { countText } from '../../text/number.ts';
import { actionButton } from '../../view/action-button.ts';
import { html } from '../../view/html.ts';
import { shortId } from '../../view/short-id.ts';
import { table } from '../../view/table.ts';
import { ago } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';

/** A group, and the queue it is of. */
export type QueueFailureGroup = FailureGroup & { readonly queue: string };

/** Draws groups of failures: what failed how often and since when, a sample, and what can be done. */
export function failureTable(ctx: ViewContext, groups: readonly QueueFailureGroup[]): VNode {
  const { root, now } = ctx;
  return table<QueueFailureGroup>({
    caption: 'Failures by cause',
    rows: groups,
    key: ({ queue, key }) => `${queue} ${key}`,
    empty: 'No failed jobs.',
    columns: [
      { label: 'Cause', kind: 'cause', cell: (row) => cause(ctx, row) },
      { label: 'Jobs', numeric: true, cell: ({ count }) => countText(count) },
      { label: 'First', numeric: true, cell: ({ firstAt }) => ago(firstAt, now) },
      { label: 'Last', numeric: true, cell: ({ lastAt }) => ago(lastAt, now) },
      {
        label: 'Sample',
        cell: ({ queue, sampleId }) =>
          html`<a class="id short" title=${sampleId} href=${linkTo(root, 'job', { queue, id: sampleId })}>${shortId(sampleId)}</a>`,
      },
      { label: 'Actions', quiet: true, kind: 'actions', cell: (row) => actions(ctx, row) },
    ],
  });
}

function cause(
  { root }: ViewContext,
  { queue, key, name, errorName, code, message }: QueueFailureGroup,
): VNode {
  return html`<span>
    <a href=${linkTo(root, 'jobs', { queue, q: searchOf(key) })}><b>${name}</b></a>${' '}
    <span class="error">${code ?? errorName}: ${message === '' ? 'no message' : message}</span>
  </span>`;
}

function actions(ctx: ViewContext, { queue, key, name, count }: QueueFailureGroup): VNode {
  const search = searchOf(key);
  const what = `the ${countText(count)} jobs ${name} of this cause`;
  return html`<span class="buttons">
    ${actionButton(ctx, { do: 'retry-matching', queue, search }, 'Retry', what)}
    ${actionButton(ctx, { do: 'remove-matching', queue, search }, 'Remove', what, 'danger')}
  </span>`;
}

/** The search that finds the jobs of a group, all of them and no others. */
function searchOf(key: string): string {
  return `status:failed group:${key}`;
}
