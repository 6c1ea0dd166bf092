import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { html } from '../../view/html.ts';
import { statusBadge } from '../../view/status-badge.ts';
import { type Column, table } from '../../view/table.ts';
import { ago } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import type { JobRow } from '../job-row.ts';
import type { JobsData } from './jobs-data.ts';

/** Draws rows of jobs; with `ticks`, each can be ticked. */
export function jobTable(
  ctx: ViewContext,
  { queue, jobs }: Pick<JobsData, 'queue' | 'jobs'>,
  empty: string,
  ticks: boolean,
): VNode {
  const tick: Column<JobRow> = {
    label: 'Select',
    quiet: true,
    kind: 'tick',
    cell: ({ id, name }) => html`<input
      type="checkbox"
      class="act"
      aria-label=${`Select ${name} ${id}`}
      checked=${ctx.selected.has(id)}
      onChange=${ctx.on({ do: 'select', ids: [id], on: !ctx.selected.has(id) })}
    />`,
  };
  return table<JobRow>({
    caption: 'Jobs',
    rows: jobs,
    key: ({ id }) => id,
    empty,
    columns: [
      ...(ticks ? [tick] : []),
      { label: 'State', kind: 'state', cell: ({ status }) => statusBadge(status) },
      {
        label: 'Job',
        kind: 'name',
        cell: ({ name, id }) => html`<span>
          <a href=${linkTo(ctx.root, 'job', { queue, id })}><b>${name}</b> <span class="id">${id}</span></a>
        </span>`,
      },
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
      { label: 'Time', numeric: true, cell: ({ at }) => ago(at, ctx.now) },
    ],
  });
}

function detail({ status, error, percent, preview }: JobRow): VNode | string {
  if (error !== undefined && status !== 'completed')
    return html`<span class="error">${error}</span>`;
  if (percent === undefined) return html`<span class="preview">${preview}</span>`;
  return html`<progress max="100" value=${percent} aria-label="Progress">${percent} %</progress>`;
}
