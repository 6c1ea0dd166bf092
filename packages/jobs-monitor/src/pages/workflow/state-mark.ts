import type { VNode } from 'preact';
import { html } from '../../view/html.ts';
import type { NodeStatus } from './workflow-data.ts';

const ROUND = 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13';

/** The outlines of the marks, 16 by 16: each state has a shape of its own, besides its colour. */
const MARKS: { readonly [status in NodeStatus]: string } = {
  blocked: 'M2.5 2.5h11v11h-11zM6 5.5v5M10 5.5v5',
  delayed: `${ROUND}M8 4.5V8l2.5 2`,
  waiting: ROUND,
  active: 'M4 2.5v11l9-5.5z',
  failed: 'M3 3l10 10M13 3L3 13',
  cancelled: `${ROUND}M3.5 12.5l9-9`,
  completed: 'M2.5 8.5l3.5 4l7.5-9',
  removed: 'M2.5 8h11',
};

/** Draws the mark of a state within a drawing, its upper left corner at a point. */
export function stateMark(status: NodeStatus, x: number, y: number): VNode {
  return html`<path class="mark" transform=${`translate(${x} ${y})`} d=${MARKS[status]} />`;
}
