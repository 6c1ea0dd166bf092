import type { VNode } from 'preact';
import { counted, countText } from '../../text/number.ts';
import { actionButton, mayDo } from '../../view/action-button.ts';
import { awayNotes, countKnown, noneOf } from '../../view/away-notes.ts';
import { html } from '../../view/html.ts';
import { queueChoice } from '../../view/queue-choice.ts';
import { scanNote } from '../../view/scan-note.ts';
import { linkTo, type Query, type ViewContext } from '../../view/view-context.ts';
import type { FailuresData } from './failures-data.ts';
import type { IncidentOrder } from './incident-order.ts';
import { incidentActions, incidentTable } from './incident-table.ts';

/** Draws the failures of a queue or of all, rolled up by cause, with a search and the actions on those ticked. */
export function failuresPage(ctx: ViewContext, data: FailuresData): VNode {
  const { queue, incidents, total, counts, causes } = data;
  const all = { queues: Object.keys(counts), search: 'status:failed' };
  const what = `${countText(total)} failed jobs of ${queue ?? 'all queues'}`;
  return html`<main id="main">
    <header class="title">
      <h1>Failures <small>${countKnown(total, data)} in <bdi>${queue ?? 'all queues'}</bdi></small></h1>
      ${queueChoice(ctx, { chosen: queue, counts, query: { q: data.search, order: orderOf(data) } })}
      ${total > 0 && actionButton(ctx, { do: 'retry-matching', ...all }, 'Retry all', what)}
      ${total > 0 && actionButton(ctx, { do: 'acknowledge-matching', ...all }, 'Acknowledge all', what)}
    </header>
    ${awayNotes(ctx, data)}
    ${(total > 0 || data.search !== '') && searchForm(ctx, data)}
    <section class="card">
      ${selected(ctx, data)}
      ${incidentTable(ctx, incidents, {
        empty: data.search === '' ? noneOf(ctx, 'failed jobs', data) : 'No cause mentions it.',
        ticks: mayDo(ctx, 'retry-matching') || mayDo(ctx, 'remove-matching'),
        order: (label, by) => orderLink(ctx, data, label, by),
      })}
      ${causes > incidents.length && html`<p class="more"><a href=${linkTo(ctx.root, 'failures', { ...queryOf(data), show: 'all' })}>All ${countText(causes)} causes</a></p>`}
      ${scanNote(ctx, data, queryOf(data))}
      ${queue === undefined && data.scanned < total && html`<p class="more">The latest ${countText(data.scanned)} of ${countText(total)} were looked at; choose a queue to go on.</p>`}
    </section>
  </main>`;
}

function searchForm(ctx: ViewContext, { search, queue, order }: FailuresData): VNode {
  return html`<form class="search" role="search" action=${linkTo(ctx.root, 'failures')} method="get">
    <label for="cause">Search causes</label>
    <input id="cause" name="q" type="search" defaultValue=${search} autocomplete="off" spellcheck=${false}
      maxlength="200" placeholder="part of an error, a job or a queue" />
    ${ctx.queues.length > 1 && queue !== undefined && html`<input type="hidden" name="queue" value=${queue} />`}
    ${order !== 'failed' && html`<input type="hidden" name="order" value=${order} />`}
    <button type="submit">Search</button>
  </form>`;
}

/** Draws the actions on the causes that are ticked. */
function selected(ctx: ViewContext, { incidents }: FailuresData): VNode | undefined {
  const rows = incidents.filter(({ key }) => ctx.selected.has(key));
  if (rows.length === 0) return undefined;
  const jobs = rows.reduce((sum, { count }) => sum + count, 0);
  const what = `${counted(jobs, 'job')} of ${counted(rows.length, 'selected cause')}`;
  return html`<div class="bulk act" role="group" aria-label="Selected causes">
    <span>${counted(rows.length, 'cause')} selected, ${counted(jobs, 'job')}</span>
    ${incidentActions(ctx, rows, what)}
  </div>`;
}

function orderLink(
  ctx: ViewContext,
  data: FailuresData,
  label: string,
  by: IncidentOrder,
): VNode | string {
  if (data.order === by) return html`<span aria-current="true">${label} ↓</span>`;
  return html`<a href=${linkTo(ctx.root, 'failures', { ...queryOf(data), order: by })}>${label}</a>`;
}

function queryOf(data: FailuresData): Query {
  return { queue: data.queue, q: data.search, order: orderOf(data) };
}

function orderOf({ order }: FailuresData): IncidentOrder | undefined {
  return order === 'failed' ? undefined : order;
}
