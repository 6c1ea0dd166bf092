import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { counted } from '../../text/number.ts';
import { actionButton } from '../../view/action-button.ts';
import { awayNotes, countKnown, noneOf } from '../../view/away-notes.ts';
import { html } from '../../view/html.ts';
import { queueName } from '../../view/queue-name.ts';
import { table } from '../../view/table.ts';
import { ago } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import type { WorkerRow, WorkersData } from './workers-data.ts';

/** Draws the workers, and how many jobs run by queue and name. */
export function workersPage(ctx: ViewContext, data: WorkersData): VNode {
  const { workers, without, idle, unlisted } = data;
  return html`<main id="main">
    <header class="title"><h1>Workers <small>${countKnown(workers.length, data)}</small></h1></header>
    ${awayNotes(ctx, data)}
    ${without.map((queue) => html`<p class="notice bad">No worker runs <code><bdi>${queue}</bdi></code>. Start one with <code>philjs-jobs work</code>, or <code>queue.process()</code>.</p>`)}
    ${idle.map((queue) => html`<p class="notice">No worker runs <code><bdi>${queue}</bdi></code>, and none of its jobs is due.</p>`)}
    ${unlisted.map((queue) => html`<p class="notice">The backend of <code><bdi>${queue}</bdi></code> does not list its workers.</p>`)}
    <section class="card">
      ${table<WorkerRow>({
        caption: 'Workers',
        rows: workers,
        key: ({ id }) => id,
        empty: noneOf(ctx, 'workers', data),
        columns: [
          {
            label: 'Process',
            kind: 'name',
            cell: ({ host, pid }) =>
              html`<span><b>${host}</b> <span class="id">${pid}</span></span>`,
          },
          { label: 'Queue', cell: ({ queue }) => queueName(queue) },
          { label: 'Runs', kind: 'cause', cell: (row) => busyCell(ctx, row) },
          {
            label: 'Knows',
            kind: 'cause',
            cell: ({ jobs }) => html`<span class="clamp">${knows(jobs)}</span>`,
          },
          {
            label: 'Up since',
            numeric: true,
            kind: 'extra',
            cell: ({ startedAt }) => ago(startedAt, ctx.now, ctx.timeZone),
          },
          {
            label: 'Last seen',
            numeric: true,
            cell: ({ seenAt }) => ago(seenAt, ctx.now, ctx.timeZone),
          },
          { label: 'Actions', quiet: true, kind: 'actions', cell: (row) => actions(ctx, row) },
        ],
      })}
    </section>
    ${running(ctx, data)}
  </main>`;
}

/** Draws the jobs that a worker runs, and the share of its slots that they take. */
function busyCell({ root, now }: ViewContext, row: WorkerRow): VNode {
  const { queue, host, pid, busy, concurrency, runs, asked } = row;
  const share = Math.round((100 * busy) / concurrency);
  return html`<span>
    <meter min="0" max=${concurrency} value=${busy} aria-label=${`Busy slots of ${host} ${pid}`}>${busy} of ${concurrency}</meter>
    ${' '}${busy} of ${concurrency} <small>${share} %</small>
    ${asked !== undefined && html` <span class="badge paused">${asked === 'stop' ? 'stops' : 'takes no new jobs'}</span>`}
    ${runs.map(
      ({ id, name, since }) => html`<br key=${id} /><small>
        <a href=${linkTo(root, 'job', { queue, id })}><bdi>${name}</bdi></a> for ${durationText(Math.max(0, now - since))}
      </small>`,
    )}
    ${busy > runs.length && html`<br /><small>and ${busy - runs.length} more</small>`}
  </span>`;
}

function actions(ctx: ViewContext, row: WorkerRow): VNode {
  const { queue, id, host, pid, busy, asked } = row;
  const name = `${host}:${pid}`;
  const worker = { queue, id, name, running: busy };
  const quiet =
    asked === undefined &&
    actionButton(ctx, { do: 'quiet-worker', ...worker }, 'Quiet', `worker ${name} of ${queue}`);
  const stop =
    asked !== 'stop' &&
    actionButton(
      ctx,
      { do: 'stop-worker', ...worker },
      'Stop',
      `worker ${name} of ${queue}`,
      'danger',
    );
  return html`<span class="buttons">${quiet} ${stop}</span>`;
}

function knows(jobs: readonly string[]): string {
  const shown = jobs.slice(0, 12).join(', ');
  return jobs.length > 12 ? `${shown} and ${jobs.length - 12} more` : shown;
}

function running({ root }: ViewContext, { running: all }: WorkersData): VNode | undefined {
  if (all.length === 0) return undefined;
  return html`<section class="card">
    <h2>Running now</h2>
    <ul class="plain">${all.map(
      ({ queue, name, count }) => html`<li key=${`${queue} ${name}`}>
        <a href=${linkTo(root, 'jobs', { queue, q: 'status:active' })}>${counted(count, 'job')} <bdi>${name}</bdi></a> in <bdi>${queue}</bdi>
      </li>`,
    )}</ul>
  </section>`;
}
