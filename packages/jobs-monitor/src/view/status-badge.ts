import type { VNode } from 'preact';
import { html } from './html.ts';

/** Shows a state as a word on its colour. */
export function statusBadge(status: string): VNode {
  return html`<span class="badge ${status}">${status}</span>`;
}
