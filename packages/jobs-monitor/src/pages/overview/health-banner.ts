import type { VNode } from 'preact';
import type { HealthProblem } from '../../monitor/system-health.ts';
import { countText, percentText, rateText } from '../../text/number.ts';
import { type Content, html } from '../../view/html.ts';
import { clockTime, shortTime } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import type { OverviewData } from './overview-data.ts';

/** How many problems the banner names; a link names the others. */
const NAMED = 6;
const DAY_MS = 86_400_000;

/** Draws a sentence with the problems; each links to the page where it can be solved. */
export function healthBanner(ctx: ViewContext, { health, queues }: OverviewData): VNode {
  const { problems, status, all } = health;
  const named = all ? problems : problems.slice(0, NAMED);
  if (problems.length === 0) {
    const perMinute = queues.reduce((sum, { throughput }) => sum + throughput, 0);
    return html`<section class="health healthy" aria-labelledby="health">
      <h1 id="health">Nothing needs you</h1>
      <p>${rateText(perMinute)} jobs a minute${failureText(queues)}.</p>
    </section>`;
  }
  const needs = problems.length === 1 ? 'thing needs' : 'things need';
  return html`<section class=${`health ${status}`} aria-labelledby="health">
    <h1 id="health">${countText(problems.length)} ${needs} you</h1>
    <ul>${named.map(
      (problem) => html`<li class=${problem.severity}>
        <a href=${placeOf(ctx, problem)}>${withNames(inZone(problem, ctx))}</a>
      </li>`,
    )}${problems.length > named.length && html`<li><a href=${linkTo(ctx.root, 'overview', { problems: 'all' }, 'health')}>and ${countText(problems.length - named.length)} more</a></li>`}</ul>
  </section>`;
}

function failureText(queues: OverviewData['queues']): string {
  const worst = Math.max(0, ...queues.map(({ failureRate }) => failureRate));
  return worst === 0
    ? ', none failed in the last hour'
    : `, at most ${percentText(worst)} of a queue failed`;
}

/** Writes a problem's start time in the zone of the page. */
function inZone({ message, since }: HealthProblem, { timeZone, now }: ViewContext): string {
  if (since === undefined || timeZone === undefined || timeZone === 'UTC') return message;
  // In JSON a date is a string.
  const at = new Date(since).getTime();
  const text = now - at < DAY_MS ? clockTime(at, timeZone).slice(0, 5) : shortTime(at, timeZone);
  return message.replace(
    /(\bsince (?:before )?)[\d: TZ-]+(?:UTC)$/,
    (_, word: string) => word + text,
  );
}

/** Draws the parts of a message between backticks as names. */
function withNames(message: string): Content[] {
  return message
    .split('`')
    .map((part, index) =>
      index % 2 === 1
        ? html`<code title=${part.length > 40 ? part : undefined}><bdi>${part}</bdi></code>`
        : part,
    );
}

function placeOf({ root }: ViewContext, { kind, queue, group }: HealthProblem): string | undefined {
  switch (kind) {
    case 'late-schedule':
      return linkTo(root, 'schedules');
    case 'abandoned':
      return linkTo(root, 'jobs', { queue, q: 'status:active' });
    case 'no-workers':
    case 'store-away':
      return linkTo(root, 'workers');
    case 'failures':
      return group === undefined
        ? linkTo(root, 'failures', { queue })
        : linkTo(root, 'jobs', { queue, q: `status:failed group:${group}` });
    case 'failing':
      return linkTo(root, 'failures', { queue });
    case 'stalled':
      return linkTo(root, 'jobs', { queue, q: 'status:failed' });
    case 'slow':
      return linkTo(root, 'metrics', { queue });
    case 'paused':
    case 'backlog':
    case 'waiting-long':
      return linkTo(root, 'jobs', { queue, q: 'status:waiting' });
  }
}
