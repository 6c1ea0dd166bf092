import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { countText } from '../../text/number.ts';
import { html } from '../../view/html.ts';
import { queueName } from '../../view/queue-name.ts';
import { shortId } from '../../view/short-id.ts';
import { statusBadge } from '../../view/status-badge.ts';
import { type Column, table } from '../../view/table.ts';
import { ago } from '../../view/times.ts';
import { linkTo, type Query, type ViewContext } from '../../view/view-context.ts';
import { inUrgency, linkToMember, ranFor } from './workflow-box.ts';
import type { WorkflowData, WorkflowRow } from './workflow-data.ts';

/** Draws the jobs of a workflow as a table, a page at a time, the last job first. */
export function workflowList(ctx: ViewContext, data: WorkflowData): VNode {
  const { rows, matched, only } = data;
  const what = only.name === undefined ? 'Jobs' : html`Jobs named <bdi>${only.name}</bdi>`;
  return html`<section class="card" id="jobs" aria-label="Jobs">
    <h2>${what} <small>${countText(matched)}</small></h2>
    ${stateChoice(ctx, data)}
    ${table<WorkflowRow>({
      caption: 'Jobs of the workflow, the last one first',
      rows,
      key: ({ queue, id }) => `${queue} ${id}`,
      empty: 'No job of the workflow matches.',
      columns: columnsOf(ctx, data),
    })}
    ${pager(ctx, data)}
  </section>`;
}

function columnsOf(ctx: ViewContext, data: WorkflowData): Column<WorkflowRow>[] {
  const inQueue: Column<WorkflowRow> = {
    label: 'Queue',
    cell: ({ queue }) => queueName(queue),
  };
  return [
    { label: 'State', kind: 'state', cell: ({ status }) => statusBadge(status) },
    {
      label: 'Job',
      kind: 'name',
      cell: (row) => html`<span>
        <a href=${linkToMember(ctx, row, data)}><bdi><b>${row.name}</b></bdi> <bdi class="id">${shortId(row.id)}</bdi></a>
        ${row.isCritical && html` <small class="critical">critical path</small>`}
        ${row.error !== undefined && html`<span class="error"><bdi>${row.error}</bdi></span>`}
      </span>`,
    },
    ...(ctx.queues.length > 1 ? [inQueue] : []),
    {
      label: 'Ran',
      numeric: true,
      cell: (row) => {
        const ran = ranFor(row, ctx.now);
        return ran === undefined ? '–' : durationText(ran);
      },
    },
    {
      label: 'Time',
      numeric: true,
      cell: ({ startedAt, finishedAt = startedAt }) =>
        finishedAt === undefined ? '–' : ago(finishedAt, ctx.now, ctx.timeZone),
    },
  ];
}

/** Returns the parameters of the page as they are, with some changed. */
export function sameView(
  { queue, id, isUnfolded, size, only }: WorkflowData,
  changed: Query,
): Query {
  return {
    queue,
    id,
    ...only,
    fold: isUnfolded ? 'no' : undefined,
    size,
    ...changed,
  };
}

/** Draws links that narrow the list to a state. */
function stateChoice(ctx: ViewContext, data: WorkflowData): VNode {
  const { byStatus, only, total } = data;
  const link = (status: string | undefined, label: string, count: number): VNode => html`<a
    key=${label}
    href=${linkTo(ctx.root, 'workflow', sameView(data, { status, name: status === undefined ? undefined : only.name }), 'jobs')}
    aria-current=${status === only.status && (status !== undefined || only.name === undefined) ? 'true' : undefined}
  >${label} <small>${countText(count)}</small></a>`;
  return html`<nav class="choice" aria-label="State">
    ${link(undefined, 'all', total)}
    ${inUrgency(byStatus).map((status) => link(status, status, byStatus[status] ?? 0))}
  </nav>`;
}

function pager(ctx: ViewContext, data: WorkflowData): VNode | undefined {
  const { before, rows, matched } = data;
  const end = before + rows.length;
  if (before === 0 && end >= matched) return undefined;
  const to = (from: number): string | undefined =>
    linkTo(ctx.root, 'workflow', sameView(data, { from: from === 0 ? undefined : from }), 'jobs');
  return html`<p class="scan">
    <span>${countText(Math.min(before + 1, end))} to ${countText(end)} of ${countText(matched)}</span>
    ${end < matched && html`<a href=${to(end)}>Next</a>`}
    ${before > 0 && html`<a href=${to(0)}>Back to the first</a>`}
  </p>`;
}
