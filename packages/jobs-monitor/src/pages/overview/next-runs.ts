import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { html } from '../../view/html.ts';
import { table } from '../../view/table.ts';
import { ago } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import type { ScheduleRow } from '../schedule-row.ts';
import type { OverviewData } from './overview-data.ts';

/** Draws the schedules that fire next, late ones flagged. */
export function nextRuns(
  ctx: ViewContext,
  { schedules, away }: Pick<OverviewData, 'schedules' | 'away'>,
): VNode {
  return table<ScheduleRow>({
    caption: 'Next runs',
    rows: schedules,
    key: ({ queue, id }) => `${queue} ${id}`,
    empty: `No schedule${away.length > 0 ? ' that can be read' : ''} is going to fire.`,
    columns: [
      {
        label: 'Schedule',
        cell: ({ id }) => html`<a href=${linkTo(ctx.root, 'schedules', {}, id)}>${id}</a>`,
      },
      { label: 'When', cell: ({ when, timezone }) => `${when}${timezone ? ` (${timezone})` : ''}` },
      { label: 'Next', numeric: true, cell: (row) => next(row, ctx.now) },
    ],
  });
}

/** Draws when a schedule fires next, or how late it is. */
export function next({ nextAt, overdueMs }: ScheduleRow, now: number): VNode | string {
  if (nextAt === undefined) return '–';
  if (overdueMs < 1000) return ago(nextAt, now);
  return html`<span class="alarm">${durationText(overdueMs)} late</span>`;
}
