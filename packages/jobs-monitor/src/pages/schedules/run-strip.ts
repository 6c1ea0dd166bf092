import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { html } from '../../view/html.ts';
import { shortTime } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import type { RunMark, ScheduleDetail } from './schedules-data.ts';

/** The lateness from which a fired tick counts as late, in milliseconds. */
const LATE_MS = 1000;

/** Draws the latest ticks as a strip, oldest first: each links to its job and has the colour of its outcome. */
export function runStrip(ctx: ViewContext, { queue, runs, id }: ScheduleDetail): VNode | undefined {
  if (runs.length === 0) return undefined;
  return html`<ol class="strip" aria-label=${`Last runs of ${id}, oldest first`}>${[...runs]
    .reverse()
    .map((run) => html`<li key=${run.at}>${mark(ctx, queue, run)}</li>`)}</ol>`;
}

function mark({ root, timeZone }: ViewContext, queue: string, run: RunMark): VNode {
  const { jobId, status } = run;
  const text = describe(run, timeZone);
  const classes = `mark ${status}${isLate(run) ? ' late' : ''}`;
  if (jobId === undefined)
    return html`<span class=${classes} title=${text} role="img" aria-label=${text}></span>`;
  return html`<a class=${classes} title=${text} aria-label=${text} href=${linkTo(root, 'job', { queue, id: jobId })}></a>`;
}

function describe(run: RunMark, timeZone: string | undefined): string {
  const { at, status, latenessMs = 0, reason } = run;
  const late = isLate(run) ? `, ${durationText(latenessMs)} late` : '';
  return `${shortTime(at, timeZone)}: ${status}${late}${reason === undefined ? '' : ` (${reason})`}`;
}

function isLate({ latenessMs = 0 }: RunMark): boolean {
  return latenessMs >= LATE_MS;
}
