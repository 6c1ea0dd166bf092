import type { VNode } from 'preact';
import { html } from './html.ts';
import type { ViewContext } from './view-context.ts';
import { linkTo } from './view-context.ts';

/** Draws links to the same page for each queue; nothing when there is only one. */
export function queueChoice(
  ctx: ViewContext,
  chosen: string | undefined,
  withAll = false,
): VNode | undefined {
  if (ctx.queues.length < 2) return undefined;
  const link = (queue: string | undefined, label: string): VNode => html`<a
    href=${linkTo(ctx.root, ctx.page, { queue })}
    aria-current=${queue === chosen ? 'true' : undefined}
  >${label}</a>`;
  return html`<nav class="choice" aria-label="Queue">
    ${withAll && link(undefined, 'all queues')}
    ${ctx.queues.map((queue) => link(queue, queue))}
  </nav>`;
}
