import type { VNode } from 'preact';
import { countText } from '../../text/number.ts';
import { mayDo } from '../../view/action-button.ts';
import { awayNotes, noneOf } from '../../view/away-notes.ts';
import { html } from '../../view/html.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import { incidentTable } from '../failures/incident-table.ts';
import { healthBanner } from './health-banner.ts';
import { nextRuns } from './next-runs.ts';
import type { OverviewData } from './overview-data.ts';
import { queueTable } from './queue-table.ts';

/** Draws the overview: the problems with links to their solution, the queues, failures and next schedules. */
export function overviewPage(ctx: ViewContext, data: OverviewData): VNode {
  const { incidents } = data.failures;
  return html`<main id="main">
    ${healthBanner(ctx, data)}
    ${awayNotes(ctx, data)}
    ${firstJob(ctx, data)}
    <section class="card">
      <h2>Queues</h2>
      ${queueTable(ctx, data.queues)}
    </section>
    <div class="columns">
      <section class="card wide">
        <h2>Failures by cause ${seen(data)}</h2>
        ${incidentTable(ctx, incidents, { empty: noneOf(ctx, 'failed jobs', data) })}
        ${incidents.length > 0 && html`<p class="more"><a href=${linkTo(ctx.root, 'failures')}>All failures</a></p>`}
      </section>
      <section class="card">
        <h2>Next runs</h2>
        ${nextRuns(ctx, data)}
        ${
          data.scheduleCount > 0 &&
          html`<p class="more"><a href=${linkTo(ctx.root, 'schedules')}>All ${data.scheduleCount > 1 && `${countText(data.scheduleCount)} `}schedules</a></p>`
        }
      </section>
    </div>
  </main>`;
}

/** Draws where a first job is enqueued, while there is none. */
function firstJob(ctx: ViewContext, { queues, away }: OverviewData): VNode | undefined {
  const count = queues.reduce((sum, { stats }) => sum + stats.total, 0);
  if (count > 0 || away.length > 0 || !mayDo(ctx, 'enqueue')) return undefined;
  return html`<p class="notice">No jobs yet. <a href=${linkTo(ctx.root, 'enqueue')}>Enqueue a first job</a></p>`;
}

/** Draws how many failed jobs the groups cover, when they do not cover all. */
function seen({ failures }: OverviewData): VNode | undefined {
  const { scanned, total } = failures;
  if (scanned >= total) return undefined;
  return html`<small>of the latest ${countText(scanned)} of ${countText(total)}</small>`;
}
