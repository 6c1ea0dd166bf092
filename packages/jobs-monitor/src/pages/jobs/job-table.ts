import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { html } from '../../view/html.ts';
import { queueName } from '../../view/queue-name.ts';
import { statusBadge } from '../../view/status-badge.ts';
import { type Column, table } from '../../view/table.ts';
import { tagList } from '../../view/tag-list.ts';
import { ago } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import type { JobRow } from '../job-row.ts';
import { rowKey } from './bulk-bar.ts';
import type { JobsData, QueueJobRow } from './jobs-data.ts';

/** Draws rows of jobs; with `ticks`, each can be ticked. */
export function jobTable(
  ctx: ViewContext,
  { jobs }: Pick<JobsData, 'jobs'>,
  empty: string,
  ticks: boolean,
): VNode {
  const tick: Column<QueueJobRow> = {
    label: 'Select',
    quiet: true,
    kind: 'tick',
    cell: (row) => html`<input
      type="checkbox"
      class="act"
      data-row=${rowKey(row)}
      aria-label=${`Select ${row.name} ${row.id}`}
      checked=${ctx.selected.has(rowKey(row))}
      onChange=${ctx.on({ do: 'select', ids: [rowKey(row)], on: !ctx.selected.has(rowKey(row)) })}
    />`,
  };
  const inQueue: Column<QueueJobRow> = {
    label: 'Queue',
    cell: ({ queue }) =>
      html`<a href=${linkTo(ctx.root, 'jobs', { queue })}>${queueName(queue)}</a>`,
  };
  const inLine: Column<QueueJobRow> = {
    label: 'In line',
    cell: ({ place }) => place ?? '–',
  };
  return table<QueueJobRow>({
    caption: 'Jobs',
    rows: jobs,
    key: rowKey,
    empty,
    columns: [
      ...(ticks ? [tick] : []),
      { label: 'State', kind: 'state', cell: ({ status }) => statusBadge(status) },
      {
        label: 'Job',
        kind: 'name',
        cell: ({ queue, name, id, tags }) => html`<span>
          <a href=${linkTo(ctx.root, 'job', { queue, id })}><bdi><b>${name}</b></bdi> <bdi class="id">${id}</bdi></a>
          ${tagList(ctx, tags, 3)}
        </span>`,
      },
      ...(ctx.queues.length > 1 ? [inQueue] : []),
      ...(jobs.some(({ place }) => place !== undefined) ? [inLine] : []),
      { label: 'What', kind: 'cause', cell: detail },
      {
        label: 'Attempts',
        numeric: true,
        cell: ({ attemptsMade, maxAttempts }) => `${attemptsMade} of ${maxAttempts}`,
      },
      {
        label: 'Ran',
        numeric: true,
        cell: ({ runMs }) => (runMs === undefined ? '–' : durationText(runMs)),
      },
      { label: 'Time', numeric: true, cell: ({ at }) => ago(at, ctx.now, ctx.timeZone) },
    ],
  });
}

function detail({ status, error, percent, preview }: JobRow): VNode | string {
  if (error !== undefined && status !== 'completed')
    return html`<span class="error">${error}</span>`;
  if (percent === undefined) return html`<span class="preview">${preview}</span>`;
  return html`<progress max="100" value=${percent} aria-label="Progress">${percent} %</progress>`;
}
