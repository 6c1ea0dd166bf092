import type { VNode } from 'preact';
import { html } from './html.ts';

/** Shows the name of a queue on one line; pointing at it tells all of a long one. */
export function queueName(queue: string): VNode {
  return html`<bdi class="short" title=${queue.length > 20 ? queue : undefined}>${queue}</bdi>`;
}
