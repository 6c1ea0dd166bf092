import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { countText } from '../../text/number.ts';
import { html } from '../../view/html.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import { BOX } from './box-size.ts';
import { stateMark } from './state-mark.ts';
import type {
  JobsAlike,
  NodeStatus,
  StatusCounts,
  WorkflowBox,
  WorkflowData,
  WorkflowJob,
} from './workflow-data.ts';

/** The most characters of each line of a box. */
const MOST = { name: 20, note: 24 } as const;
/** Where its texts begin. */
const INDENT = 33;
/** The states by how much they need attention. */
const URGENCY: readonly NodeStatus[] = [
  'failed',
  'cancelled',
  'active',
  'waiting',
  'delayed',
  'blocked',
  'completed',
  'removed',
];

interface BoxView {
  readonly href: string | undefined;
  readonly label: string;
  readonly status: NodeStatus;
  readonly name: string;
  readonly note: string;
  readonly isCritical?: boolean;
  /** Whether it stands for many jobs. */
  readonly isStack?: boolean;
}

/** Draws a box of the drawing: a link to its job, or to the rows of its jobs; addresses can lead to one with an id. */
export function workflowBox(
  ctx: ViewContext,
  box: WorkflowBox,
  of: WorkflowData,
  id?: string,
): VNode {
  return boxView(box, id, 'job' in box ? ofJob(ctx, box.job, of) : ofAlike(ctx, box.alike, of));
}

/** Returns the link to a job of a workflow, whose page then leads back; none for jobs of unknown queues. */
export function linkToMember(
  { root, queues }: ViewContext,
  { queue, id, status }: WorkflowJob,
  of: WorkflowData,
): string | undefined {
  if (!queues.includes(queue) || status === 'removed') return undefined;
  const back = of.id === id && of.queue === queue ? {} : { of: of.id, ofQueue: of.queue };
  return linkTo(root, 'job', { queue, id, ...back });
}

/** Returns how long a job ran, or has been running; `undefined` when it never started. */
export function ranFor(
  { startedAt, finishedAt, status }: WorkflowJob,
  now: number,
): number | undefined {
  const end = finishedAt ?? (status === 'active' ? now : undefined);
  return startedAt === undefined || end === undefined ? undefined : Math.max(0, end - startedAt);
}

/** Writes counts by state, the most urgent first: `3 failed, 7 completed`. */
export function statusesText(byStatus: StatusCounts): string {
  return inUrgency(byStatus)
    .map((status) => `${countText(byStatus[status] ?? 0)} ${status}`)
    .join(', ');
}

/** Lists the states that some jobs are in, the most urgent first. */
export function inUrgency(byStatus: StatusCounts): readonly NodeStatus[] {
  return URGENCY.filter((status) => (byStatus[status] ?? 0) > 0);
}

function ofJob(ctx: ViewContext, job: WorkflowJob, of: WorkflowData): BoxView {
  const { name, id, status, isCritical = false } = job;
  const ran = ranFor(job, ctx.now);
  const note = ran === undefined ? status : `${status} · ${durationText(ran)}`;
  const path = isCritical ? ', on the critical path' : '';
  const label = `${name} ${id}: ${note}${path}`;
  return { href: linkToMember(ctx, job, of), label, status, name, note, isCritical };
}

function ofAlike(ctx: ViewContext, alike: JobsAlike, of: WorkflowData): BoxView {
  const { count, name, byStatus, isRest } = alike;
  const title = isRest ? `${countText(count)} more ${name}` : `${countText(count)} × ${name}`;
  const note = statusesText(byStatus);
  const { queue, id } = of;
  return {
    href: linkTo(ctx.root, 'workflow', { queue, id, name }, 'jobs'),
    label: `${title}: ${note}`,
    status: inUrgency(byStatus)[0] ?? 'waiting',
    name: title,
    note,
    isStack: true,
  };
}

function boxView({ x, y }: WorkflowBox, id: string | undefined, view: BoxView): VNode {
  const { href, label, status, name, note, isCritical = false, isStack = false } = view;
  const { width, height } = BOX;
  const classes = ['box', status, ...(isCritical ? ['critical'] : [])].join(' ');
  return html`<a id=${id} class=${classes} href=${href} transform=${`translate(${x - width / 2} ${y - height / 2})`}>
    <title>${label}</title>
    ${isStack && html`<path class="stack" d=${`M6 ${height}v4h${width - 2}v-${height - 2}h-4`} />`}
    <rect width=${width} height=${height} rx="7" />
    ${stateMark(status, 10, 7)}
    <svg x=${INDENT} width=${width - INDENT - 4} height=${height}>
      <text class="name" y="20">${cut(name, MOST.name)}</text>
      <text class="note" y="37">${cut(note, MOST.note)}</text>
    </svg>
    ${isCritical && html`<path class="flag" d=${`M${width - 18} 0h11a7 7 0 0 1 7 7v11z`} />`}
  </a>`;
}

function cut(text: string, most: number): string {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`;
}
