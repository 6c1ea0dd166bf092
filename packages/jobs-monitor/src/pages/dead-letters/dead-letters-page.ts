import type { VNode } from 'preact';
import { counted, countText } from '../../text/number.ts';
import { actionButton } from '../../view/action-button.ts';
import { awayNotes, countKnown, noneOf } from '../../view/away-notes.ts';
import { html } from '../../view/html.ts';
import { queueChoice } from '../../view/queue-choice.ts';
import { queueName } from '../../view/queue-name.ts';
import { shortId } from '../../view/short-id.ts';
import { table } from '../../view/table.ts';
import { ago } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import type { DeadLettersData, LetterGroup } from './dead-letters-data.ts';

/** Draws the dead letters by cause, and the button that puts the jobs of a cause back. */
export function deadLettersPage(ctx: ViewContext, data: DeadLettersData): VNode {
  const { queue, search, mistake, note, groups, partly } = data;
  const { root, now } = ctx;
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  return html`<main id="main">
    <header class="title">
      <h1>Dead letters <small>${countKnown(total, data)} in <bdi>${queue ?? 'all queues'}</bdi></small></h1>
      ${queueChoice(ctx, { chosen: queue, query: { q: search } })}
    </header>
    ${awayNotes(ctx, data)}
    ${(search !== '' || total > 0) && searchForm(ctx, data)}
    ${mistake !== undefined && html`<p class="notice bad" role="alert">${mistake}</p>`}
    ${note !== undefined && html`<p class="notice">${note}</p>`}
    ${partly.map((name) => html`<p class="notice" key=${name}>Of <code><bdi>${name}</bdi></code>, only the latest letters were read.</p>`)}
    <section class="card">
      ${table<LetterGroup>({
        caption: 'Dead letters by cause',
        rows: groups,
        key: (row) => `${row.queue} ${row.fingerprint}`,
        empty: emptyText(ctx, data),
        columns: [
          { label: 'Cause', kind: 'cause', cell: cause },
          { label: 'Kept in', cell: (row) => queueName(row.queue) },
          { label: 'Letters', numeric: true, cell: ({ count }) => countText(count) },
          {
            label: 'First',
            numeric: true,
            kind: 'extra',
            cell: ({ firstAt }) => ago(firstAt, now),
          },
          { label: 'Last', numeric: true, cell: ({ lastAt }) => ago(lastAt, now) },
          {
            label: 'Sample',
            cell: ({ queue: kept, sampleId: id }) =>
              html`<a class="id short" title=${id} href=${linkTo(root, 'job', { queue: kept, id })}>${shortId(id)}</a>`,
          },
          {
            label: 'Actions',
            quiet: true,
            kind: 'actions',
            cell: (row) => redrive(ctx, row, search),
          },
        ],
      })}
    </section>
  </main>`;
}

function cause({ name, error }: LetterGroup): VNode {
  return html`<span><b><bdi>${name}</bdi></b> <span class="error clamp"><bdi>${error}</bdi></span></span>`;
}

function searchForm(ctx: ViewContext, { queue, search }: DeadLettersData): VNode {
  return html`<form class="search" role="search" action=${linkTo(ctx.root, 'dead-letters')} method="get">
    <label for="q">Search the jobs that failed</label>
    <input id="q" name="q" type="search" defaultValue=${search} autocomplete="off" spellcheck=${false}
      maxlength="1000" aria-describedby="grammar" />
    ${ctx.queues.length > 1 && queue !== undefined && html`<input type="hidden" name="queue" value=${queue} />`}
    <button type="submit">Search</button>
    <p id="grammar">As they were in their own queues: <code>queue:payments name:charge payload.user.id:42 since:1h</code></p>
  </form>`;
}

function emptyText(ctx: ViewContext, data: DeadLettersData): string {
  const { search, mistake, note } = data;
  if (mistake !== undefined) return 'Nothing was searched.';
  if (note !== undefined) return 'No dead letter matches by what is shown of it.';
  return search === ''
    ? noneOf(ctx, 'dead letters', data)
    : noneOf(ctx, 'matching dead letters', data);
}

function redrive(ctx: ViewContext, row: LetterGroup, search: string): VNode | undefined {
  const { queue, fingerprint: id, name, count } = row;
  const what = `${counted(count, 'letter')} of ${name} with this cause`;
  const only = search === '' ? {} : { search };
  return actionButton(ctx, { do: 'redrive', queue, id, name, ...only }, 'Redrive', what);
}
