import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { html } from '../../view/html.ts';
import { ago, timeText } from '../../view/times.ts';
import type { ViewContext } from '../../view/view-context.ts';
import type { JobData } from './job-data.ts';

interface Moment {
  readonly label: string;
  readonly at: number;
}

/** Draws the events of a job with the time between them, waiting and running. */
export function timeline({ now, timeZone }: ViewContext, job: JobData): VNode {
  const moments = momentsOf(job, now);
  return html`<section class="card">
    <h2>Timeline</h2>
    ${share(job)}
    <ol class="timeline">${moments.map(
      ({ label, at }, index) => html`<li key=${label}>
        <b>${label}</b> ${ago(at, now)}
        <small>${timeText(at, timeZone)}${between(moments[index - 1], at)}</small>
      </li>`,
    )}</ol>
  </section>`;
}

function momentsOf(
  { createdAt, runAt, processedAt, finishedAt, status }: JobData,
  now: number,
): Moment[] {
  const moments: Moment[] = [{ label: 'Enqueued', at: createdAt }];
  if (runAt > createdAt) moments.push({ label: runAt > now ? 'Due' : 'Ready', at: runAt });
  if (processedAt !== undefined) moments.push({ label: 'Started', at: processedAt });
  if (finishedAt !== undefined) {
    moments.push({ label: status === 'completed' ? 'Completed' : 'Failed', at: finishedAt });
  }
  return moments.sort((a, b) => a.at - b.at);
}

function between(before: Moment | undefined, at: number): string {
  return before === undefined ? '' : `, ${durationText(at - before.at)} later`;
}

/** Draws the shares of waiting and running as a bar. Sizes are attributes, since inline styles are forbidden. */
function share({ waitMs, runMs }: JobData): VNode | undefined {
  if (waitMs === undefined || runMs === undefined || waitMs + runMs === 0) return undefined;
  const waited = (waitMs / (waitMs + runMs)) * 100;
  const label = `waited ${durationText(waitMs)}, ran ${durationText(runMs)}`;
  return html`<figure class="share">
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=${label}>
      <rect class="wait" width=${waited} height="6" />
      <rect class="run" x=${waited} width=${100 - waited} height="6" />
    </svg>
    <figcaption>${label}</figcaption>
  </figure>`;
}
