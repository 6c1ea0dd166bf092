import type { VNode } from 'preact';
import { countText } from '../../text/number.ts';
import { actionButton } from '../../view/action-button.ts';
import { awayNotes, countKnown, noneOf } from '../../view/away-notes.ts';
import { html } from '../../view/html.ts';
import { queueChoice } from '../../view/queue-choice.ts';
import { scanNote } from '../../view/scan-note.ts';
import type { ViewContext } from '../../view/view-context.ts';
import { failureTable } from './failure-table.ts';
import type { FailuresData } from './failures-data.ts';

/** Draws the failures of a queue or of all, grouped by cause. */
export function failuresPage(ctx: ViewContext, data: FailuresData): VNode {
  const { queue, groups, total, counts } = data;
  const all = { queues: Object.keys(counts), search: 'status:failed' };
  const what = `${countText(total)} failed jobs of ${queue ?? 'all queues'}`;
  return html`<main id="main">
    <header class="title">
      <h1>Failures <small>${countKnown(total, data)} in <bdi>${queue ?? 'all queues'}</bdi></small></h1>
      ${queueChoice(ctx, { chosen: queue, counts })}
      ${total > 0 && actionButton(ctx, { do: 'retry-matching', ...all }, 'Retry all', what)}
      ${total > 0 && actionButton(ctx, { do: 'acknowledge-matching', ...all }, 'Acknowledge all', what)}
    </header>
    ${awayNotes(ctx, data)}
    <section class="card">
      ${failureTable(ctx, groups, { empty: noneOf(ctx, 'failed jobs', data) })}
      ${scanNote(ctx, data, { queue })}
      ${queue === undefined && data.scanned < total && html`<p class="more">The latest ${countText(data.scanned)} of ${countText(total)} were looked at; choose a queue to go on.</p>`}
    </section>
  </main>`;
}
