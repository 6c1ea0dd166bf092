import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { countText } from '../../text/number.ts';
import { html } from '../../view/html.ts';
import { table } from '../../view/table.ts';
import { timeBar } from '../../view/time-bar.ts';
import type { ViewContext } from '../../view/view-context.ts';
import { linkToMember, ranFor } from './workflow-box.ts';
import type { GanttRow, WorkflowData } from './workflow-data.ts';

/** Draws the time of a workflow, a line for each job: how long it waited for a worker, and how long it ran. */
export function workflowGantt(ctx: ViewContext, data: WorkflowData): VNode | undefined {
  const { gantt, total } = data;
  if (gantt.length < 2) return undefined;
  const from = Math.min(...gantt.map(({ readyAt }) => readyAt));
  const to = Math.max(...gantt.map((row) => endOf(row, ctx.now)));
  return html`<section class="card">
    <h2>Time ${gantt.length < total && html`<small>${countText(gantt.length)} of ${countText(total)} jobs</small>`}</h2>
    <p class="notes"><span>Light: it waited for a worker. Full: its latest run. Bold: the critical path.</span></p>
    ${table<GanttRow>({
      caption: 'When each job waited and ran, in the order in which they became ready',
      rows: gantt,
      key: ({ job }) => `${job.queue} ${job.id}`,
      empty: '',
      columns: [
        {
          label: 'Job',
          kind: 'name',
          cell: ({ job }) => {
            const name = html`<span class="short" title=${`${job.name} ${job.id}`}><bdi>${job.name}</bdi></span>`;
            return html`<a href=${linkToMember(ctx, job, data)}>${job.isCritical ? html`<b>${name}</b>` : name}</a>`;
          },
        },
        {
          label: 'Time',
          kind: 'wide gantt',
          cell: (row) => timeBar({ from, to }, partsOf(row, ctx.now)),
        },
        {
          label: 'Waited',
          numeric: true,
          cell: ({ job, readyAt }) =>
            durationText(Math.max(0, (job.startedAt ?? job.finishedAt ?? ctx.now) - readyAt)),
        },
        { label: 'Ran', numeric: true, cell: ({ job }) => ranText(ranFor(job, ctx.now)) },
      ],
    })}
  </section>`;
}

function ranText(ran: number | undefined): string {
  return ran === undefined ? '–' : durationText(ran);
}

function endOf({ job, readyAt }: GanttRow, now: number): number {
  return Math.max(readyAt, job.finishedAt ?? now);
}

function partsOf(row: GanttRow, now: number): Parameters<typeof timeBar>[1] {
  const { job, readyAt } = row;
  const end = endOf(row, now);
  const startedAt = Math.max(readyAt, job.startedAt ?? end);
  const waited = { from: readyAt, to: startedAt, kind: 'waited' };
  return job.startedAt === undefined
    ? [waited]
    : [waited, { from: startedAt, to: end, kind: job.status }];
}
