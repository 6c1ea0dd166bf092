import type { VNode } from 'preact';
import { html } from './html.ts';

/** Draws a state as a word on the colour of that state. */
export function statusBadge(status: string): VNode {
  return html`<span class="badge ${status}">${status}</span>`;
}
