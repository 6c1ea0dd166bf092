import type { JobStatus } from '@philjs/jobs-core';
import type { VNode } from 'preact';
import type { Percentiles } from '../../metrics/percentiles.ts';
import { durationsText, durationText } from '../../text/duration.ts';
import { countText, rateText } from '../../text/number.ts';
import { wholeSteps } from '../../text/whole-steps.ts';
import { actionButton } from '../../view/action-button.ts';
import { html } from '../../view/html.ts';
import { sparkline } from '../../view/sparkline.ts';
import { statusBadge } from '../../view/status-badge.ts';
import { type Column, table } from '../../view/table.ts';
import { ago } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import type { QueueRow } from './overview-data.ts';

const COUNTED: readonly JobStatus[] = [
  'waiting',
  'active',
  'delayed',
  'blocked',
  'failed',
  'cancelled',
  'completed',
];
/** The states that few systems use; a column of them is shown only when it has jobs. */
const RARE: ReadonlySet<JobStatus> = new Set(['blocked', 'cancelled']);

/** Draws the queues with their counts, their work of the last hour, and buttons to pause them. */
export function queueTable(ctx: ViewContext, rows: readonly QueueRow[]): VNode {
  const shown = COUNTED.filter(
    (status) => !RARE.has(status) || rows.some(({ stats }) => stats[status] > 0),
  );
  return table<QueueRow>({
    caption: 'Queues',
    rows,
    key: ({ queue }) => queue,
    empty: 'No queue answers.',
    columns: [
      { label: 'Queue', kind: 'name', cell: (row) => queueName(ctx, row) },
      ...shown.map((status) => countColumn(ctx, status)),
      {
        label: 'Oldest waiting',
        numeric: true,
        cell: oldest,
      },
      { label: 'Last hour', kind: 'wide hour', cell: trend },
      {
        label: 'Wait p50 · p95 · p99',
        numeric: true,
        kind: 'wide extra',
        cell: ({ wait }) => percentiles(wait),
      },
      {
        label: 'Run p50 · p95 · p99',
        numeric: true,
        kind: 'wide extra',
        cell: ({ run }) => percentiles(run),
      },
      { label: 'Workers', numeric: true, cell: (row) => workers(ctx, row) },
      { label: 'Actions', quiet: true, cell: (row) => pauseButton(ctx, row) },
    ],
  });
}

function queueName({ root, now }: ViewContext, { queue, paused, knownAt }: QueueRow): VNode {
  return html`<span class="named">
    <a href=${linkTo(root, 'jobs', { queue })}><bdi>${queue}</bdi></a>${paused && statusBadge('paused')}
    ${knownAt !== undefined && html`<small class="alarm">not answering; as of ${ago(knownAt, now)}</small>`}
  </span>`;
}

/** Draws how long the next job has been waiting, and when the backlog will be done at the current rate. */
function oldest({ oldestWaitingMs, stats, throughput, paused }: QueueRow): VNode | string {
  if (oldestWaitingMs === undefined) return '–';
  const waited = durationText(oldestWaitingMs);
  if (paused || stats.waiting === 0 || throughput === 0) return waited;
  const left = durationText(Math.ceil(stats.waiting / throughput) * 60_000);
  return html`<span>${waited}<br /><small>done in ${left}</small></span>`;
}

function countColumn({ root }: ViewContext, status: JobStatus): Column<QueueRow> {
  return {
    label: status[0]?.toUpperCase() + status.slice(1),
    numeric: true,
    cell: ({ queue, stats }) => {
      const count = stats[status];
      if (count === 0) return html`<span class="nothing">0</span>`;
      return html`<a class=${`count ${status}`} href=${linkTo(root, 'jobs', { queue, q: `status:${status}` })}>${countText(count)}</a>`;
    },
  };
}

function trend({ queue, perMinute, throughput, measured }: QueueRow): VNode {
  if (!measured) return html`<span class="nothing">not measured</span>`;
  const label = `${queue}: ${rateText(throughput)} jobs a minute over the last hour, at most ${countText(Math.max(...perMinute))}`;
  const drawn = wholeSteps(perMinute).filter((count) => count !== null);
  return html`<span class="trend">${sparkline(drawn, label)}<small>${rateText(throughput)}/min</small></span>`;
}

function percentiles(figures: Percentiles | undefined): string {
  if (figures === undefined) return '–';
  return durationsText([figures.p50, figures.p95, figures.p99]);
}

function workers({ root }: ViewContext, { workers: count, needsWorker }: QueueRow): VNode | string {
  if (count === undefined) return '–';
  const missing = count === 0 && needsWorker;
  return html`<a class=${missing ? 'alarm' : ''} href=${linkTo(root, 'workers')}>${countText(count)}</a>`;
}

function pauseButton(ctx: ViewContext, { queue, paused }: QueueRow): VNode | undefined {
  return paused
    ? actionButton(ctx, { do: 'resume', queue }, 'Resume', `queue ${queue}`)
    : actionButton(ctx, { do: 'pause', queue }, 'Pause', `queue ${queue}`);
}
