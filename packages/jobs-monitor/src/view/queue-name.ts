import type { VNode } from 'preact';
import { html } from './html.ts';

/** Draws the name of a queue on one line; its tooltip shows a long name in full. */
export function queueName(queue: string): VNode {
  return html`<bdi class="short" title=${queue.length > 20 ? queue : undefined}>${queue}</bdi>`;
}
