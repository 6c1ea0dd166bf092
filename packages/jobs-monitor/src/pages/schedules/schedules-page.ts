import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { countText } from '../../text/number.ts';
import { actionButton } from '../../view/action-button.ts';
import { awayNotes, countKnown, noneOf } from '../../view/away-notes.ts';
import { html } from '../../view/html.ts';
import { statusBadge } from '../../view/status-badge.ts';
import { ago, isZone, shortTime } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import { next } from '../overview/next-runs.ts';
import { runStrip } from './run-strip.ts';
import type { ScheduleDetail, SchedulesData } from './schedules-data.ts';

/** Draws the schedules: when each fires, in words, the outcomes of its latest ticks, and the possible actions. */
export function schedulesPage(
  ctx: ViewContext,
  { schedules, total, attached, away, search }: SchedulesData,
): VNode {
  const more = total > schedules.length && `the next ${schedules.length} of ${countText(total)}`;
  return html`<main id="main">
    <header class="title"><h1>Schedules <small>${more || countKnown(total, { away })}</small></h1></header>
    ${awayNotes(ctx, { away })}
    ${
      (search !== '' || total > 1) &&
      html`<form class="search" role="search" action=${linkTo(ctx.root, 'schedules')} method="get">
        <label for="q">Search the schedules</label>
        <input id="q" name="q" type="search" defaultValue=${search} autocomplete="off" spellcheck=${false}
          maxlength="1000" aria-describedby="searched" />
        <button type="submit">Search</button>
        <p id="searched">Words of an id, of the name of a job, of an owner, of a description or of a queue</p>
      </form>`
    }
    ${
      schedules.length === 0 &&
      html`<p class="empty card">${emptyText(attached, search, noneOf(ctx, 'schedules', { away }))}</p>`
    }
    ${schedules.map((one) => schedule(ctx, one))}
  </main>`;
}

function emptyText(attached: boolean, search: string, none: string): string {
  if (!attached) return 'This dashboard was given no scheduler.';
  return search === '' ? none : 'No schedule matches.';
}

function schedule(ctx: ViewContext, row: ScheduleDetail): VNode {
  const { id, queue, jobName, when, cron, timezone, state, note, lastAt, maxRuns, runsCount } = row;
  const { description } = row;
  return html`<article class="card schedule" id=${encodeURIComponent(id)} key=${`${queue} ${id}`}>
    <header>
      <h2><bdi>${id}</bdi> ${state !== 'active' && statusBadge(state)}</h2>
      ${buttons(ctx, row)}
    </header>
    ${description && html`<p>${description}</p>`}
    <p>${when}${timezone && ` in ${timezone}`} ${cron && cron !== when && html`<code>${cron}</code>`}</p>
    ${note && html`<p class="notice">Paused: ${note}</p>`}
    <dl class="inline">
      <div><dt>Job</dt><dd><a href=${linkTo(ctx.root, 'jobs', { queue, q: `name:${searchable(jobName)}` })}><bdi>${jobName}</bdi></a></dd></div>
      <div><dt>Next</dt><dd>${next(row, ctx.now)}</dd></div>
      <div><dt>Last</dt><dd>${lastAt === undefined ? '–' : ago(lastAt, ctx.now, ctx.timeZone)}</dd></div>
      <div><dt>Runs</dt><dd>${countText(runsCount)}${maxRuns !== undefined && ` of ${countText(maxRuns)}`}</dd></div>
    </dl>
    ${runStrip(ctx, row)}
    ${nextTimes(ctx, row)}
  </article>`;
}

function buttons(ctx: ViewContext, { id, queue, state, cron }: ScheduleDetail): VNode {
  const what = `schedule ${id}`;
  const at = { queue, id };
  return html`<span class="buttons">
    ${actionButton(ctx, { do: 'trigger', ...at }, 'Run now', what)}
    ${state === 'active' && actionButton(ctx, { do: 'pause-schedule', ...at }, 'Pause', what)}
    ${state === 'paused' && actionButton(ctx, { do: 'resume-schedule', ...at }, 'Resume', what)}
    ${cron && actionButton(ctx, { do: 'backfill', ...at }, 'Backfill', what)}
    ${actionButton(ctx, { do: 'remove-schedule', ...at }, 'Remove', what, 'danger')}
  </span>`;
}

/** Draws the next runs in the zone of the schedule if that is known here, and in the user's zone if that is another. */
function nextTimes(
  { timeZone, now }: ViewContext,
  { nextRuns, timezone }: ScheduleDetail,
): VNode | undefined {
  if (nextRuns.length === 0) return undefined;
  const zone = timezone !== undefined && isZone(timezone) ? timezone : 'UTC';
  const other = timeZone !== undefined && timeZone !== zone ? timeZone : undefined;
  return html`<details>
    <summary>Next ${nextRuns.length} runs</summary>
    <ul class="next">${nextRuns.map(
      (at) => html`<li key=${at}>
        ${shortTime(at, zone)} ${zone}
        ${other && html`<small>${shortTime(at, other)} yours</small>`}
        <small>in ${durationText(at - now)}</small>
      </li>`,
    )}</ul>
  </details>`;
}

function searchable(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}
