import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { counted, countText } from '../../text/number.ts';
import { actionButton } from '../../view/action-button.ts';
import { html } from '../../view/html.ts';
import { statusBadge } from '../../view/status-badge.ts';
import { ago } from '../../view/times.ts';
import { linkTo, type Query, type ViewContext } from '../../view/view-context.ts';
import { commandCard } from '../job/command-lines.ts';
import { linkToMember, statusesText } from './workflow-box.ts';
import type { WorkflowData, WorkflowJob } from './workflow-data.ts';
import { NOW, sizeOf, workflowDrawing } from './workflow-drawing.ts';
import { workflowGantt } from './workflow-gantt.ts';
import { sameView, workflowList } from './workflow-list.ts';

/** Up to how wide a drawing may be to have the list beside it, in pixels; beneath it otherwise. */
const NARROW = 760;

/** Draws a workflow: how far it is, its jobs as boxes and lines, and all of them as a list. */
export function workflowPage(ctx: ViewContext, data: WorkflowData): VNode {
  const { queue, id, name, status, drawing, total, ended, failedItself } = data;
  const layout = drawing.width <= NARROW ? 'stacked pair' : 'stacked';
  return html`<main id="main">
    <header class="title">
      <p class="crumb"><a href=${linkTo(ctx.root, 'jobs', { queue })}><bdi>${queue}</bdi></a></p>
      <h1>Workflow <bdi>${name}</bdi> ${statusBadge(status)}</h1>
      <p><a class="id" href=${linkTo(ctx.root, 'job', { queue, id })}><bdi>${id}</bdi></a></p>
      ${buttons(ctx, data)}
    </header>
    ${data.isCut && html`<p class="notice">Only ${countText(data.total)} of its jobs were read; the others are missing below.</p>`}
    ${progress(ctx, data)}
    <div class=${layout}>
      <div>
        <section class="card" aria-label="Drawing of the workflow">
          ${notes(ctx, data)}
          ${workflowDrawing(ctx, data)}
        </section>
        ${workflowGantt(ctx, data)}
      </div>
      <div>${workflowList(ctx, data)}</div>
    </div>
    ${commandCard(data, ['workflow show', ...(failedItself > 0 ? ['workflow retry'] : []), ...(ended < total ? ['workflow cancel'] : [])])}
  </main>`;
}

function buttons(ctx: ViewContext, data: WorkflowData): VNode {
  const { queue, id, total, ended, failedItself } = data;
  const what = `of workflow ${id}`;
  const open = total - ended;
  return html`<div class="buttons" role="group" aria-label="Actions">
    ${failedItself > 0 && actionButton(ctx, { do: 'retry-workflow', queue, id, jobs: failedItself }, 'Retry failed', what, 'main')}
    ${open > 0 && actionButton(ctx, { do: 'cancel-workflow', queue, id, jobs: open }, 'Cancel the rest', what, 'danger')}
  </div>`;
}

function progress(ctx: ViewContext, data: WorkflowData): VNode {
  const { total, ended, byStatus, startedAt, finishedAt } = data;
  const took =
    startedAt === undefined ? undefined : Math.max(0, (finishedAt ?? ctx.now) - startedAt);
  return html`<section class="card" aria-label="Progress">
    <p class="facts">
      <label><progress max=${total} value=${ended}></progress> ${countText(ended)} of ${countText(total)} have ended</label>
      <small>${statusesText(byStatus)}</small>
      ${took !== undefined && startedAt !== undefined && html`<small>started ${ago(startedAt, ctx.now, ctx.timeZone)}, ${finishedAt === undefined ? 'runs' : 'took'} ${durationText(took)}</small>`}
    </p>
    ${criticalPath(ctx, data)}
  </section>`;
}

function criticalPath(ctx: ViewContext, data: WorkflowData): VNode | undefined {
  const { critical, criticalTotal } = data;
  if (criticalTotal < 2) return undefined;
  const left = criticalTotal - critical.length;
  const half = critical.length / 2;
  const step = (job: WorkflowJob): VNode =>
    html`<li key=${`${job.queue} ${job.id}`}><a href=${linkToMember(ctx, job, data)}><bdi>${job.name}</bdi></a></li>`;
  return html`<div class="path">
    <b>Critical path:${' '}</b>
    <ol>
      ${critical.slice(0, left > 0 ? half : critical.length).map(step)}
      ${left > 0 && html`<li>${counted(left, 'job')} more</li>`}
      ${left > 0 && critical.slice(half).map(step)}
    </ol>
  </div>`;
}

/** Says what the drawing leaves out, and links to its other forms. */
function notes(ctx: ViewContext, data: WorkflowData): VNode {
  const { drawing, isUnfolded, canUnfold, total } = data;
  const isFit = sizeOf(data) === 'fit';
  const isWide = drawing.width > NARROW;
  const to = (changed: Query, fragment?: string): string | undefined =>
    linkTo(ctx.root, 'workflow', sameView(data, changed), fragment);
  return html`<p class="notes">
    ${drawing.left > 0 && html`<b>Drawn: the ${countText(total - drawing.left)} of ${countText(total)} jobs that are next to the last one; the list has all.</b>`}
    ${drawing.implied > 0 && html`<span>${counted(drawing.implied, 'dependency', 'dependencies')} that ${drawing.implied === 1 ? 'follows' : 'follow'} from others ${drawing.implied === 1 ? 'has' : 'have'} no line.</span>`}
    ${canUnfold && html`<a href=${to({ fold: 'no' })}>A box for each job</a>`}
    ${isUnfolded && html`<a href=${to({ fold: undefined })}>One box for jobs that are alike</a>`}
    ${isFit && html`<a href=${to({ size: 'full' }, NOW)}>Full size</a>`}
    ${!isFit && isWide && html`<a href=${to({ size: 'fit' })}>Fit to the page</a>`}
    ${!isFit && isWide && html`<a href=${`#${NOW}`}>To where it is</a>`}
    ${isWide && html`<a href="#jobs">To the list</a>`}
    ${total > 1 && html`<span>Thick: the critical path, which decides when it ends.</span>`}
  </p>`;
}
