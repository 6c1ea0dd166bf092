import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { counted, countText } from '../../text/number.ts';
import { html } from '../../view/html.ts';
import { statusBadge } from '../../view/status-badge.ts';
import { tagList } from '../../view/tag-list.ts';
import { agoText } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import { attemptList } from './attempt-list.ts';
import { commandLines } from './command-lines.ts';
import { jobActions } from './job-actions.ts';
import type { CutText, JobData } from './job-data.ts';
import { timeline } from './timeline.ts';

/** Draws all data of a job, and the possible actions. */
export function jobPage(ctx: ViewContext, job: JobData): VNode {
  const { queue, name, id, status } = job;
  return html`<main id="main">
    <header class="title">
      <p class="crumb">
        <a href=${linkTo(ctx.root, 'jobs', { queue })}><bdi>${queue}</bdi></a>
        ${job.of && html` / <a href=${linkTo(ctx.root, 'workflow', { ...job.of })}>workflow</a>`}
      </p>
      <h1><bdi>${name}</bdi> ${statusBadge(status)}</h1>
      <p class="id"><bdi>${id}</bdi></p>
      ${jobActions(ctx, job)}
    </header>
    ${job.revealed && html`<p class="notice">Nothing is masked on this page. The audit log notes that you opened it.</p>`}
    ${reasons(job, ctx)}
    ${progress(job)}
    <div class="columns">
      <div class="wide">
        <section class="card"><h2>Payload</h2>${value(job.payload)}</section>
        ${job.result && html`<section class="card"><h2>Result</h2>${value(job.result)}</section>`}
        ${attemptList(ctx, job)}
      </div>
      <div>
        ${timeline(ctx, job)}
        <section class="card"><h2>Facts</h2>${facts(ctx, job)}</section>
        ${job.metadata && html`<section class="card"><h2>Metadata</h2>${value(job.metadata)}</section>`}
        ${commandLines(job)}
      </div>
    </div>
  </main>`;
}

/** The states for which the page explains why the job is not running; so it does of an active one that no worker holds. */
const WAITING: ReadonlySet<JobData['status']> = new Set(['waiting', 'delayed', 'blocked']);

function reasons({ reasons: all, status }: JobData, { now }: ViewContext): VNode | undefined {
  const isLost = all.some(({ reason }) => reason === 'lease-ended');
  if (!WAITING.has(status) && !isLost) return undefined;
  return html`<section class="card" aria-label="Why it is not running">
    <h2>Why it is not running</h2>
    <ul class="reasons">${all.map(
      ({ message, until }) =>
        html`<li>${message}${until !== undefined && html` <small>${agoText(until, now)}</small>`}</li>`,
    )}</ul>
  </section>`;
}

function progress({ percent, progress: reported }: JobData): VNode | undefined {
  if (percent !== undefined) {
    return html`<p class="progress">
      <label>Progress <progress max="100" value=${percent}>${percent} %</progress> ${percent} %</label>
    </p>`;
  }
  return reported && html`<section class="card"><h2>Progress</h2>${value(reported)}</section>`;
}

function value({ text, cut }: CutText): VNode {
  return html`<div>
    <pre tabindex="0">${text}</pre>
    ${cut && html`<p class="more">Cut here: the value is longer than a page shows.</p>`}
  </div>`;
}

function facts(ctx: ViewContext, job: JobData): VNode {
  const { root } = ctx;
  const { queue, id, parentId, waitsFor, waitMs, runMs, timeoutMs, tags } = job;
  const rows: (readonly [string, unknown])[] = [
    ['Queue', html`<a href=${linkTo(root, 'jobs', { queue })}>${queue}</a>`],
    ...(tags === undefined ? [] : [['Tags', tagList(ctx, tags)] as const]),
    ['Attempts', `${job.attemptsMade} of ${job.maxAttempts}`],
    ['Waited', waitMs === undefined ? '–' : durationText(waitMs)],
    ['Ran', runMs === undefined ? '–' : durationText(runMs)],
    ...(timeoutMs === undefined ? [] : [['An attempt may take', durationText(timeoutMs)] as const]),
    ...(waitsFor === undefined
      ? []
      : [
          [
            waitsFor.open > 0 ? 'Waits for' : 'Waited for',
            html`<a href=${linkTo(root, 'workflow', { queue, id })}>${waitsFor.open > 0 && `${countText(waitsFor.open)} of `}${counted(waitsFor.total, 'job')}</a>`,
          ] as const,
        ]),
    ['Priority', job.priority],
    ...(job.place === undefined ? [] : [['In line', job.place] as const]),
    ...(job.order === undefined ? [] : [['Order', job.order] as const]),
    ['Version', job.version],
    ['Starts', job.fencingToken],
    ...(job.stalledCount > 0 ? [['Lost its worker', `${job.stalledCount} ×`] as const] : []),
    ...(parentId === undefined
      ? []
      : [
          [
            'Parent',
            html`<a class="id" href=${linkTo(root, 'job', { queue, id: parentId })}>${parentId}</a>`,
          ] as const,
        ]),
  ];
  return html`<dl>${rows.map(([term, fact]) => html`<div key=${term}><dt>${term}</dt><dd>${fact}</dd></div>`)}</dl>`;
}
