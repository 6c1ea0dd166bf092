import type { JobStatus } from '@philjs/jobs-core';
import type { VNode } from 'preact';
import { counted, countText } from '../../text/number.ts';
import { actionButton, mayDo } from '../../view/action-button.ts';
import { html } from '../../view/html.ts';
import { JOB_STATUSES } from '../../view/job-statuses.ts';
import type { ViewContext } from '../../view/view-context.ts';
import type { JobsData, QueueJobRow } from './jobs-data.ts';

/** The states of jobs that can be removed. */
const REMOVABLE = JOB_STATUSES.filter((status) => status !== 'active');

/** Draws the actions for the ticked rows, or for all jobs that match. */
export function bulkBar(ctx: ViewContext, data: JobsData): VNode | undefined {
  if (!mayChange(ctx) || data.jobs.length === 0) return undefined;
  const rows = data.jobs.filter((row) => ctx.selected.has(rowKey(row)));
  return html`<div class="bulk act" role="group" aria-label="Selected jobs">
    ${selectAll(ctx, data)}
    ${rows.length > 0 ? forSelected(ctx, rows) : forMatching(ctx, data)}
  </div>`;
}

/** Returns whether the user may change any job. */
export function mayChange(ctx: ViewContext): boolean {
  return (['retry', 'cancel', 'remove'] as const).some((one) => mayDo(ctx, one));
}

/** Identifies a row among the rows of all queues. */
export function rowKey({ queue, id }: Pick<QueueJobRow, 'queue' | 'id'>): string {
  return JSON.stringify([queue, id]);
}

function selectAll(ctx: ViewContext, { jobs }: JobsData): VNode {
  const ids = jobs.map(rowKey);
  const all = ids.every((id) => ctx.selected.has(id));
  return html`<label class="tick">
    <input type="checkbox" checked=${all} onChange=${ctx.on({ do: 'select', ids, on: !all })} />
    All ${countText(ids.length)} shown
  </label>`;
}

function forSelected(ctx: ViewContext, rows: readonly QueueJobRow[]): VNode | undefined {
  const what = counted(rows.length, 'selected job');
  const gone = ctx.selected.size - rows.length;
  const [first, ...also] = byQueueAndState(ctx, rows);
  if (first === undefined) return undefined;
  const jobs = { ...first, ...(also.length > 0 && { also }) };
  return html`<span class="buttons">
    <span>${countText(rows.length)} selected${gone > 0 && `, ${countText(gone)} no longer listed`}</span>
    ${actionButton(ctx, { do: 'retry', ...jobs }, 'Retry', what)}
    ${actionButton(ctx, { do: 'promote', ...jobs }, 'Run now', what)}
    ${actionButton(ctx, { do: 'cancel', ...jobs }, 'Cancel', what, 'danger')}
    ${actionButton(ctx, { do: 'remove', ...jobs }, 'Remove', what, 'danger')}
  </span>`;
}

/** Groups ticked rows by their queues, and by the states in which they were ticked: some may be in another one by now. */
function byQueueAndState(
  { selected }: ViewContext,
  rows: readonly QueueJobRow[],
): readonly {
  readonly queue: string;
  readonly ids: readonly string[];
  readonly status: JobStatus;
}[] {
  const groups = new Map<string, { queue: string; ids: string[]; status: JobStatus }>();
  for (const row of rows) {
    const { queue, id } = row;
    const status = selected.get(rowKey(row)) ?? row.status;
    const key = JSON.stringify([queue, status]);
    const group = groups.get(key) ?? { queue, ids: [], status };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function forMatching(ctx: ViewContext, data: JobsData): VNode | undefined {
  const { search, states, mistake, stats } = data;
  if (mistake !== undefined) return undefined;
  const queues = Object.keys(data.counts);
  const [only, ...also] = queues;
  const all = { queues, search };
  const has = (...wanted: readonly JobStatus[]): boolean =>
    wanted.some((state) => stats[state] > 0 && states.includes(state));
  return html`<span class="buttons">
    ${has('failed') && actionButton(ctx, { do: 'retry-matching', ...all }, retryLabel(data), '')}
    ${has('failed') && actionButton(ctx, { do: 'acknowledge-matching', ...all }, 'Acknowledge', 'all that match and failed')}
    ${has('delayed') && actionButton(ctx, { do: 'promote-matching', ...all }, 'Run now', 'all that match and are delayed')}
    ${has('blocked', 'waiting', 'delayed', 'active') && actionButton(ctx, { do: 'cancel-matching', ...all }, 'Cancel', 'all that match and have not ended', 'danger')}
    ${search.trim() !== '' && has(...REMOVABLE) && actionButton(ctx, { do: 'remove-matching', ...all }, `Remove ${matching(data)}`, 'and do not run', 'danger')}
    ${search.trim() === '' && only !== undefined && also.length === 0 && actionButton(ctx, { do: 'clear', queue: only }, 'Empty', `the queue ${only}`, 'danger')}
  </span>`;
}

function retryLabel(data: JobsData): string {
  const { search, stats } = data;
  if (search === '' || search === 'status:failed')
    return `Retry all ${countText(stats.failed)} failed`;
  return 'Retry all that match and failed';
}

function matching({ counted: isCounted, total }: JobsData): string {
  return isCounted ? `all ${countText(total)} that match` : 'all that match';
}
