import type { VNode } from 'preact';
import type { FailureGroup } from '../../failures/failure-group.ts';
import { countText } from '../../text/number.ts';
import { actionButton } from '../../view/action-button.ts';
import { html } from '../../view/html.ts';
import { queueName } from '../../view/queue-name.ts';
import { shortId } from '../../view/short-id.ts';
import { type Column, table } from '../../view/table.ts';
import { ago } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';

/** Describes a group of failures with its queue. */
export type QueueFailureGroup = FailureGroup & { readonly queue: string };

/** The options of {@link failureTable}. */
interface FailureTableOptions {
  /** The text shown instead of a table without rows. */
  readonly empty?: string;
  /** Whether to leave out wide columns: when the first job failed, and a sample. */
  readonly isShort?: boolean;
}

/** Draws groups of failures: their cause, count and times, a sample, and the possible actions. */
export function failureTable(
  ctx: ViewContext,
  groups: readonly QueueFailureGroup[],
  { empty = 'No failed jobs.', isShort = false }: FailureTableOptions = {},
): VNode {
  const { root, now } = ctx;
  const first: Column<QueueFailureGroup> = {
    label: 'First',
    numeric: true,
    cell: ({ firstAt }) => ago(firstAt, now),
  };
  const sample: Column<QueueFailureGroup> = {
    label: 'Sample',
    cell: ({ queue, sampleId }) =>
      html`<a class="id short" title=${sampleId} href=${linkTo(root, 'job', { queue, id: sampleId })}>${shortId(sampleId)}</a>`,
  };
  return table<QueueFailureGroup>({
    caption: 'Failures by cause',
    rows: groups,
    key: ({ queue, key }) => `${queue} ${key}`,
    empty,
    columns: [
      { label: 'Cause', kind: 'cause', cell: (row) => cause(ctx, row) },
      ...(ctx.queues.length > 1 ? [inQueue(ctx)] : []),
      { label: 'Jobs', numeric: true, cell: countOf },
      ...(isShort ? [] : [first]),
      { label: 'Last', numeric: true, cell: ({ lastAt }) => ago(lastAt, now) },
      ...(isShort ? [] : [sample]),
      { label: 'Actions', quiet: true, kind: 'actions', cell: (row) => actions(ctx, row) },
    ],
  });
}

function inQueue({ root }: ViewContext): Column<QueueFailureGroup> {
  return {
    label: 'Queue',
    cell: ({ queue }) =>
      html`<a href=${linkTo(root, 'failures', { queue })}>${queueName(queue)}</a>`,
  };
}

/** Draws how many jobs there are, and whether they are acknowledged. */
function countOf({ count, unattended }: QueueFailureGroup): VNode | string {
  if (unattended === count) return countText(count);
  const known = unattended === 0 ? 'known' : `${countText(count - unattended)} known`;
  return html`<span>${countText(count)} <small>${known}</small></span>`;
}

function cause(
  { root }: ViewContext,
  { queue, key, name, errorName, code, message }: QueueFailureGroup,
): VNode {
  return html`<span>
    <a href=${linkTo(root, 'jobs', { queue, q: searchOf(key) })}><b><bdi>${name}</bdi></b></a>${' '}
    <span class="error clamp"><bdi>${code ?? errorName}: ${message === '' ? 'no message' : message}</bdi></span>
  </span>`;
}

function actions(
  ctx: ViewContext,
  { queue, key, name, count, unattended }: QueueFailureGroup,
): VNode {
  const all = { queues: [queue], search: searchOf(key) };
  const what = `the ${countText(count)} jobs ${name} of this cause`;
  return html`<span class="buttons">
    ${actionButton(ctx, { do: 'retry-matching', ...all }, 'Retry', what)}
    ${unattended > 0 && actionButton(ctx, { do: 'acknowledge-matching', ...all }, 'Acknowledge', what)}
    ${actionButton(ctx, { do: 'remove-matching', ...all }, 'Remove', what, 'danger')}
  </span>`;
}

/** Returns the search that finds exactly the jobs of a group. */
function searchOf(key: string): string {
  return `status:failed group:${key}`;
}
