import type { VNode } from 'preact';
import { counted } from '../../text/number.ts';
import { html } from '../../view/html.ts';
import type { ViewContext } from '../../view/view-context.ts';
import { BOX } from './box-size.ts';
import { workflowBox } from './workflow-box.ts';
import type { DrawingSize, WorkflowBox, WorkflowData, WorkflowLine } from './workflow-data.ts';

/** The head of an arrow, in pixels. */
const HEAD = { length: 7, half: 4 } as const;

/** From which size on a drawing is first shown as a whole, in pixels. */
const LARGE = { width: 2400, height: 1200 } as const;

/** The fragment of an address that leads to the box to look at first. */
export const NOW = 'now';

/** Returns how large the drawing is: as the reader chose; else a large one is as wide as the page. */
export function sizeOf({ size, drawing: { width, height } }: WorkflowData): DrawingSize {
  return size ?? (width > LARGE.width && height > LARGE.height ? 'fit' : 'full');
}

/** Draws the jobs of a workflow as boxes, from the first on the left to the last on the right. */
export function workflowDrawing(ctx: ViewContext, data: WorkflowData): VNode {
  const { width, height, boxes, lines } = data.drawing;
  // The critical path comes last, so that it lies over the other lines.
  const isLast = ({ isCritical }: WorkflowLine): number => (isCritical ? 1 : 0);
  const now = boxNow(boxes);
  const inOrder = [...lines].sort((a, b) => isLast(a) - isLast(b));
  const label = `${counted(boxes.length, 'box', 'boxes')}, from the first job on the left to the last on the right`;
  return html`<div class=${sizeOf(data) === 'fit' ? 'flow fits' : 'flow'} tabindex="0" role="region" aria-label="Drawing">
    <svg viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height} role="group" aria-label=${label}>
      ${inOrder.map((line) => lineView(line, boxes))}
      ${boxes.map((box) => workflowBox(ctx, box, data, box === now ? NOW : undefined))}
    </svg>
  </div>`;
}

function lineView(
  { from, to, bends, isCritical }: WorkflowLine,
  boxes: readonly WorkflowBox[],
): VNode {
  const [start, end] = [boxes[from] as WorkflowBox, boxes[to] as WorkflowBox];
  const [x, y] = [end.x - BOX.width / 2, end.y];
  // A line to the next layer needs no bends: they would only make it wavy.
  const within = bends.length > 2 ? pairs(bends) : [];
  const points = [[start.x + BOX.width / 2, start.y], ...within, [x, y]] as const;
  let [beforeX, beforeY] = points[0] as readonly [number, number];
  let path = `M${beforeX} ${beforeY}`;
  for (const [nextX, nextY] of points.slice(1) as readonly (readonly [number, number])[]) {
    const middle = Math.round((beforeX + nextX) / 2);
    path += `C${middle} ${beforeY} ${middle} ${nextY} ${nextX} ${nextY}`;
    [beforeX, beforeY] = [nextX, nextY];
  }
  const { length, half } = HEAD;
  path += `M${x - length} ${y - half}L${x} ${y}L${x - length} ${y + half}`;
  return html`<path key=${`${from}-${to}`} class=${isCritical ? 'line critical' : 'line'} d=${path} />`;
}

function pairs(flat: readonly number[]): (readonly [number, number])[] {
  return flat.flatMap((x, index) => (index % 2 === 0 ? [[x, flat[index + 1] ?? 0] as const] : []));
}

/** Finds the box to look at first: a failed job, else a running one, else one that the workflow is waiting for. */
function boxNow(boxes: readonly WorkflowBox[]): WorkflowBox | undefined {
  const isIn = (box: WorkflowBox, status: string): boolean =>
    'job' in box && box.job.status === status;
  return (
    boxes.find((box) => isIn(box, 'failed')) ??
    boxes.find((box) => isIn(box, 'active')) ??
    boxes.findLast(
      (box) => 'job' in box && box.job.isCritical && box.job.finishedAt === undefined,
    ) ??
    boxes[0]
  );
}
