import type { VNode } from 'preact';
import { counted, countText } from '../../text/number.ts';
import { mayDo } from '../../view/action-button.ts';
import { awayNotes, countKnown, noneOf } from '../../view/away-notes.ts';
import { html } from '../../view/html.ts';
import { JOB_STATUSES } from '../../view/job-statuses.ts';
import { queueChoice } from '../../view/queue-choice.ts';
import { scanNote } from '../../view/scan-note.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import { bulkBar, mayChange } from './bulk-bar.ts';
import { jobTable } from './job-table.ts';
import type { JobsData } from './jobs-data.ts';

/** Draws the list of jobs, its search, and the actions for all that match. */
export function jobsPage(ctx: ViewContext, data: JobsData): VNode {
  const { queue, search, mistake, note } = data;
  return html`<main id="main">
    <header class="title">
      <h1>Jobs <small>${countKnown(data.stats.total, data)} in <bdi>${queue ?? 'all queues'}</bdi></small></h1>
      ${mayDo(ctx, 'enqueue') && html`<a class="act button" href=${linkTo(ctx.root, 'enqueue', { queue })}>Enqueue a job</a>`}
      ${queueChoice(ctx, { chosen: queue, counts: data.counts, query: { q: search } })}
    </header>
    ${awayNotes(ctx, data)}
    ${stateTabs(ctx, data)}
    <form class="search" role="search" action=${linkTo(ctx.root, 'jobs')} method="get">
      <label for="q">Search ${queue ?? 'all queues'}</label>
      <input id="q" name="q" type="search" defaultValue=${search} autocomplete="off" list="terms" spellcheck=${false}
        maxlength="1000" aria-describedby="grammar" />
      ${ctx.queues.length > 1 && queue !== undefined && html`<input type="hidden" name="queue" value=${queue} />`}
      <button type="submit">Search</button>
      <p id="grammar">An id, any text, or <code>status:failed name:send-email payload.user.id:42
        error:"timed out" attempts:>1 since:1h</code>, also with <code>OR</code> and <code>NOT</code></p>
    </form>
    ${mistake !== undefined && html`<p class="notice bad" role="alert">${mistake}</p>`}
    ${note !== undefined && html`<p class="notice">${note}</p>`}
    <section class="card">
      ${bulkBar(ctx, data)}
      ${jobTable(ctx, data, emptyText(ctx, data), mayChange(ctx))}
      ${scanNote(ctx, data, { queue: ctx.queues.length > 1 ? queue : undefined, q: search })}
    </section>
  </main>`;
}

function stateTabs(ctx: ViewContext, { queue, stats, search, away }: JobsData): VNode {
  const known = (count: number): VNode =>
    count === 0 && away.length > 0
      ? html`<small title="unknown">?</small>`
      : html`<small>${countText(count)}</small>`;
  const link = (label: string, q: string, count: number): VNode => html`<a
    href=${linkTo(ctx.root, 'jobs', { queue, q })}
    aria-current=${search === q ? 'page' : undefined}
  >${label} ${known(count)}</a>`;
  const shown = JOB_STATUSES.filter((status) => status !== 'blocked' || stats.blocked > 0);
  return html`<nav class="tabs" aria-label="State">
    ${link('all', '', stats.total)}
    ${shown.map((status) => link(status, `status:${status}`, stats[status]))}
  </nav>`;
}

/** Returns the text of an empty list. Never says that no job matches before all jobs were searched. */
function emptyText(ctx: ViewContext, data: JobsData): string {
  const { search, mistake, note, cursor, scanned, before, away } = data;
  if (mistake !== undefined) return 'Nothing was searched.';
  if (cursor !== undefined) return `Nothing found in ${counted(before + scanned, 'job')} so far.`;
  if (search === '') return noneOf(ctx, 'jobs', data);
  if (away.length > 0) return noneOf(ctx, 'matching jobs', data);
  return note === undefined ? 'No job matches.' : 'No job matches by what is shown of it.';
}
