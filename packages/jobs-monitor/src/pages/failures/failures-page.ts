import type { VNode } from 'preact';
import { countText } from '../../text/number.ts';
import { actionButton } from '../../view/action-button.ts';
import { html } from '../../view/html.ts';
import { queueChoice } from '../../view/queue-choice.ts';
import { scanNote } from '../../view/scan-note.ts';
import type { ViewContext } from '../../view/view-context.ts';
import { failureTable } from './failure-table.ts';
import type { FailuresData } from './failures-data.ts';

/** Draws the failures of a queue, grouped by what they failed with. */
export function failuresPage(ctx: ViewContext, data: FailuresData): VNode {
  const { queue, groups, total } = data;
  const all = { do: 'retry-matching', queue, search: 'status:failed' } as const;
  return html`<main id="main">
    <header class="title">
      <h1>Failures <small>${countText(total)} in ${queue}</small></h1>
      ${queueChoice(ctx, queue)}
      ${total > 0 && actionButton(ctx, all, 'Retry all', `${countText(total)} failed jobs of ${queue}`)}
    </header>
    <section class="card">
      ${failureTable(
        ctx,
        groups.map((one) => ({ ...one, queue })),
      )}
      ${scanNote(ctx, data, { queue })}
    </section>
  </main>`;
}
