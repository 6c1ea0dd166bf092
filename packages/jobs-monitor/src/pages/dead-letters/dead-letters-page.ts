import type { VNode } from 'preact';
import { counted, countText } from '../../text/number.ts';
import { actionButton } from '../../view/action-button.ts';
import { awayNotes, noneOf } from '../../view/away-notes.ts';
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
  const { queue, groups, partly, away } = data;
  const { root, now } = ctx;
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  return html`<main id="main">
    <header class="title">
      <h1>Dead letters <small>${countText(total)} in <bdi>${queue ?? 'all queues'}</bdi></small></h1>
      ${queueChoice(ctx, { chosen: queue })}
    </header>
    ${awayNotes(ctx, away)}
    ${partly.map((name) => html`<p class="notice" key=${name}>Of <code><bdi>${name}</bdi></code>, only the latest letters were read.</p>`)}
    <section class="card">
      ${table<LetterGroup>({
        caption: 'Dead letters by cause',
        rows: groups,
        key: (row) => `${row.queue} ${row.fingerprint}`,
        empty: noneOf('dead letters', away),
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
          { label: 'Actions', quiet: true, kind: 'actions', cell: (row) => redrive(ctx, row) },
        ],
      })}
    </section>
  </main>`;
}

function cause({ name, error }: LetterGroup): VNode {
  return html`<span><b><bdi>${name}</bdi></b> <span class="error clamp"><bdi>${error}</bdi></span></span>`;
}

function redrive(ctx: ViewContext, row: LetterGroup): VNode | undefined {
  const { queue, fingerprint: id, name, count } = row;
  const what = `${counted(count, 'letter')} of ${name} with this cause`;
  return actionButton(ctx, { do: 'redrive', queue, id, name }, 'Redrive', what);
}
