import type { VNode } from 'preact';
import type { Incident } from '../../failures/incident.ts';
import { counted, countText, rateText } from '../../text/number.ts';
import { actionButton, mayDo } from '../../view/action-button.ts';
import type { Command } from '../../view/command.ts';
import { html } from '../../view/html.ts';
import { searchWord } from '../../view/search-word.ts';
import { sparkline } from '../../view/sparkline.ts';
import { type Column, table } from '../../view/table.ts';
import { ago } from '../../view/times.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import type { IncidentOrder } from './incident-order.ts';

/** The options of {@link incidentTable}. */
interface IncidentTableOptions {
  /** The text shown instead of a table without rows. */
  readonly empty: string;
  /** Whether rows can be ticked. @default false */
  readonly ticks?: boolean;
  /** Draws the heading of a column by which the rows can be ordered. */
  readonly order?: (label: string, by: IncidentOrder) => VNode | string;
}

/** Draws causes of failures, a line each: how much fails, since when and how fast. Jobs and actions open on demand. */
export function incidentTable(
  ctx: ViewContext,
  incidents: readonly Incident[],
  { empty, ticks = false, order = (label) => label }: IncidentTableOptions,
): VNode {
  const { now } = ctx;
  return table<Incident>({
    caption: 'Failures by cause',
    rows: incidents,
    key: ({ key }) => key,
    empty,
    columns: [
      ...(ticks ? [tick(ctx)] : []),
      { label: 'Cause', kind: 'cause', cell: (row) => cause(ctx, row) },
      { label: 'Failed', numeric: true, heading: order('Failed', 'failed'), cell: countOf },
      {
        label: 'Of',
        kind: 'of',
        cell: (row) =>
          html`<span class="short" title=${extent(row)}><bdi>${extent(row)}</bdi></span>`,
      },
      {
        label: 'Since',
        numeric: true,
        heading: order('Since', 'since'),
        cell: ({ firstAt }) => ago(firstAt, now),
      },
      {
        label: 'Last',
        numeric: true,
        heading: order('Last', 'last'),
        cell: ({ lastAt }) => ago(lastAt, now),
      },
      { label: 'A minute', kind: 'wide hour', heading: order('A minute', 'rate'), cell: trend },
      { label: 'Actions', quiet: true, kind: 'actions', cell: (row) => menu(ctx, row) },
    ],
  });
}

/** Describes the jobs that some incidents are about, and what people are told of them before they change. */
export function matchingOf(
  incidents: readonly Incident[],
): Pick<Extract<Command, { do: 'retry-matching' }>, 'queues' | 'search' | 'about'> {
  const queues = [...new Set(incidents.flatMap(({ jobs }) => jobs.map(({ queue }) => queue)))];
  return {
    queues,
    search: `status:failed ${incidents.map(({ key }) => `group:${key}`).join(' OR ')}`,
    about: incidents.map(
      (incident) =>
        `${causeText(incident)} (${extent(incident)}); the latest: ${incident.sample.message || 'no message'}`,
    ),
  };
}

function tick(ctx: ViewContext): Column<Incident> {
  return {
    label: 'Select',
    quiet: true,
    kind: 'tick',
    cell: (row) => html`<input
      type="checkbox"
      class="act"
      data-row=${row.key}
      aria-label=${`Select ${causeText(row)}`}
      checked=${ctx.selected.has(row.key)}
      onChange=${ctx.on({ do: 'select', ids: [row.key], on: !ctx.selected.has(row.key) })}
    />`,
  };
}

function causeText({ code, errorName, message }: Incident): string {
  return `${code ?? errorName}: ${message === '' ? 'no message' : message}`;
}

/** Writes how many names of jobs and how many queues an incident is about: `41 jobs, 7 queues`. */
function extent({ jobs }: Incident): string {
  const [first] = jobs;
  if (jobs.length === 1 && first !== undefined) return first.name;
  const names = new Set(jobs.map(({ name }) => name)).size;
  const queues = new Set(jobs.map(({ queue }) => queue)).size;
  return [counted(names, 'job'), ...(queues > 1 ? [counted(queues, 'queue')] : [])].join(', ');
}

function cause(ctx: ViewContext, incident: Incident): VNode {
  const { key, jobs, sample } = incident;
  const { root, queues } = ctx;
  return html`<details class="incident">
    <summary><span class="error"><bdi>${causeText(incident)}</bdi></span></summary>
    <p><a href=${linkTo(root, 'job', { queue: sample.queue, id: sample.id })}>The latest</a>: <bdi>${sample.message || 'no message'}</bdi></p>
    <ul class="plain">${jobs.map(
      ({ queue, name, count }) => html`<li key=${`${queue} ${name}`}>
        <a href=${linkTo(root, 'jobs', { queue, q: `status:failed ${searchWord('name', name)} group:${key}` })}>${countText(count)} × <bdi>${name}</bdi></a>
        ${queues.length > 1 && html` of <bdi>${queue}</bdi>`}
      </li>`,
    )}</ul>
  </details>`;
}

/** Draws how many jobs failed, and whether they are acknowledged. */
function countOf({ count, unattended }: Incident): VNode | string {
  if (unattended === count) return countText(count);
  const known = unattended === 0 ? 'known' : `${countText(count - unattended)} known`;
  return html`<span>${countText(count)} <small>${known}</small></span>`;
}

function trend({ count, perMinute, trend: counts }: Incident): VNode {
  const label = `${counted(count, 'failure')}, ${rateText(perMinute)} a minute over the last ten minutes`;
  return html`<span class="trend">${sparkline(counts, label)}<small>${rateText(perMinute)}/min</small></span>`;
}

function menu(ctx: ViewContext, incident: Incident): VNode | undefined {
  if (!mayDo(ctx, 'retry-matching') && !mayDo(ctx, 'remove-matching')) return undefined;
  const what = `all that failed by ${causeText(incident)}`;
  return html`<details class="menu act" name="menu">
    <summary aria-label=${`Actions on ${causeText(incident)}`}>⋯</summary>
    ${incidentActions(ctx, [incident], what)}
  </details>`;
}

/** Draws the actions on all jobs of some incidents. */
export function incidentActions(
  ctx: ViewContext,
  incidents: readonly Incident[],
  what: string,
): VNode {
  const all = matchingOf(incidents);
  const isOpen = incidents.some(({ unattended }) => unattended > 0);
  return html`<span class="buttons">
    ${actionButton(ctx, { do: 'retry-matching', ...all }, 'Retry', what)}
    ${isOpen && actionButton(ctx, { do: 'acknowledge-matching', ...all }, 'Acknowledge', what)}
    ${actionButton(ctx, { do: 'remove-matching', ...all }, 'Remove', what, 'danger')}
  </span>`;
}
