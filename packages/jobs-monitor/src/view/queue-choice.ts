import type { VNode } from 'preact';
import { countText } from '../text/number.ts';
import { html } from './html.ts';
import { queueName } from './queue-name.ts';
import { linkTo, type Query, type ViewContext } from './view-context.ts';

/** Describes the chosen queue of a page, and the counts and parameters of its links. */
interface Choice {
  /** The queue; all when absent. */
  readonly chosen: string | undefined;
  /** The count shown for each queue. */
  readonly counts?: { readonly [queue: string]: number };
  /** The other parameters of the address. */
  readonly query?: Query;
}

/** Draws links to the same page for all queues and for each; returns nothing when there is only one queue. */
export function queueChoice(
  ctx: ViewContext,
  { chosen, counts, query = {} }: Choice,
): VNode | undefined {
  if (ctx.queues.length < 2) return undefined;
  const link = (queue: string | undefined, label: string, count?: number): VNode => html`<a
    key=${label}
    href=${linkTo(ctx.root, ctx.page, { ...query, queue })}
    aria-current=${queue === chosen ? 'true' : undefined}
  >${queueName(label)}${count !== undefined && html` <small>${countText(count)}</small>`}</a>`;
  return html`<nav class="choice" aria-label="Queue">
    ${link(undefined, 'all queues')}
    ${ctx.queues.map((queue) => link(queue, queue, counts?.[queue]))}
  </nav>`;
}
