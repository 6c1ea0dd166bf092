import type { VNode } from 'preact';
import { html } from './html.ts';

/** Describes a span of time, in epoch milliseconds. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** The narrowest part, in percent: a run of a millisecond beside one of a day is still seen. */
const NARROWEST = 0.8;

/**
 * Draws where some parts lie in a span of time, each with its classes. Sizes are attributes, since inline styles are
 * forbidden.
 */
export function timeBar(
  whole: TimeSpan,
  parts: readonly (TimeSpan & { readonly kind: string })[],
): VNode {
  const length = Math.max(1, whole.to - whole.from);
  return html`<svg class="time-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">${parts.map(
    ({ from, to, kind }) => {
      const width = Math.max(NARROWEST, ((to - from) / length) * 100);
      const left = Math.min(100 - width, ((from - whole.from) / length) * 100);
      return html`<rect class=${kind} x=${left} width=${width} height="6" />`;
    },
  )}</svg>`;
}
