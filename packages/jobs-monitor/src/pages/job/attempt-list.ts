import type { SerializedError } from '@philjs/jobs-core';
import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { countText } from '../../text/number.ts';
import { html } from '../../view/html.ts';
import { clockTime, timeText } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import type { AttemptRow, JobData } from './job-data.ts';

/** Draws each attempt with its error, stack and log, the latest first. */
export function attemptList(ctx: ViewContext, { attempts, logTotal }: JobData): VNode | undefined {
  if (attempts.length === 0) return undefined;
  const shown = attempts.reduce((sum, { lines }) => sum + lines.length, 0);
  return html`<section class="card">
    <h2>Attempts ${shown < logTotal && html`<small>last ${shown} of ${countText(logTotal)} log lines</small>`}</h2>
    ${attempts.map((one) => attempt(one, ctx))}
  </section>`;
}

function attempt(row: AttemptRow, ctx: ViewContext): VNode {
  const { timeZone } = ctx;
  const { attempt: number, error, lines, wasRepeated } = row;
  return html`<section class="attempt" key=${number}>
    <h3>Attempt ${number} ${ending(row, timeZone)}</h3>
    ${error && errorView(error, ctx)}
    ${wasRepeated && html`<p class="note">Failed, and was repeated. Its error is not kept, or too long for this page.</p>`}
    ${
      lines.length > 0 &&
      html`<ol class="log" tabindex="0" aria-label=${`Log of attempt ${number}`}>${lines.map(
        ({ at, message }, index) => html`<li key=${index}>
        <time datetime=${new Date(at).toISOString()} title=${timeText(at, timeZone)}>${clockTime(at, timeZone)}</time>
        <span>${message}</span>
      </li>`,
      )}</ol>`
    }
  </section>`;
}

/** Says how an attempt ended, if that is known, and on which process it ran. */
function ending(
  { failedAt, ranMs, worker, state }: AttemptRow,
  timeZone: string | undefined,
): VNode | undefined {
  const on = worker !== undefined && html` on <bdi>${worker}</bdi>`;
  if (failedAt !== undefined) {
    return html`<small>failed ${timeText(failedAt, timeZone)}, after ${durationText(ranMs ?? 0)}${on}</small>`;
  }
  if (state === 'active') return html`<small>runs${on}</small>`;
  if (state !== 'completed') return undefined;
  return html`<small>completed${ranMs !== undefined && ` after ${durationText(ranMs)}`}${on}</small>`;
}

function errorView(error: SerializedError, ctx: ViewContext): VNode {
  const { name, message, code, details, stack, cause, errors = [] } = error;
  return html`<div class="failure">
    <p class="error"><b>${code ?? name}</b> ${message === '' ? 'no message' : message}</p>
    ${linkToFailed(error, ctx)}
    ${details && html`<pre tabindex="0" aria-label="Details of the error">${JSON.stringify(details, null, 2)}</pre>`}
    ${stack && html`<details><summary>Stack</summary><pre tabindex="0">${stack}</pre></details>`}
    ${cause && html`<details open><summary>Caused by</summary>${errorView(cause, ctx)}</details>`}
    ${errors.length > 0 && html`<details><summary>${errors.length} errors together</summary>${errors.map((one) => errorView(one, ctx))}</details>`}
  </div>`;
}

/** Leads to the job for which one failed: only the page of that job can mask its error. */
function linkToFailed(
  { code, details }: SerializedError,
  { root }: ViewContext,
): VNode | undefined {
  const failed = details?.['dependency'];
  if (code !== 'JOBS_DEPENDENCY_FAILED' || typeof failed !== 'object' || failed === null) return;
  const { queueName, id, name } = failed as { readonly [key: string]: unknown };
  if (typeof queueName !== 'string' || typeof id !== 'string') return undefined;
  const href = linkTo(root, 'job', { queue: queueName, id });
  return html`<p class="note">Why is on the page of <a href=${href}><bdi>${String(name)}</bdi></a>.</p>`;
}
