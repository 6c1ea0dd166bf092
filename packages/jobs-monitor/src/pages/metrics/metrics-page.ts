import type { VNode } from 'preact';
import type { TickMetrics } from '../../metrics/tick-metrics.ts';
import { durationsText, durationText } from '../../text/duration.ts';
import { countText, percentText, rateText } from '../../text/number.ts';
import { actionButton } from '../../view/action-button.ts';
import { awayNotes, noneOf } from '../../view/away-notes.ts';
import { html } from '../../view/html.ts';
import { queueChoice } from '../../view/queue-choice.ts';
import { type Column, table } from '../../view/table.ts';
import { linkTo, type ViewContext } from '../../view/view-context.ts';
import { chartPicture } from './chart-picture.ts';
import { chartTable } from './chart-table.ts';
import { CHARTS, type Chart } from './charts.ts';
import type { MetricsData, Span } from './metrics-data.ts';

type JobFigures = MetricsData['jobs'][number];

/** Draws the metrics of an hour or a day: charts, the figures behind them, and a table by job. */
export function metricsPage(ctx: ViewContext, data: MetricsData): VNode {
  const { queue, name, measured } = data;
  return html`<main id="main">
    <header class="title">
      <h1>Metrics <small><bdi>${name ?? queue ?? 'all jobs'}</bdi></small></h1>
      ${queueChoice(ctx, { chosen: queue, query: { span: data.span } })}
      ${spanChoice(ctx, data)}
      ${pauseButton(ctx, data)}
    </header>
    ${awayNotes(ctx, data)}
    ${!measured && html`<p class="notice">The backend keeps no metrics.</p>`}
    ${shownCharts(data).map(
      ([id, chart]) => html`<section class="card" key=${id}>
        <h2>${chart.title}</h2>
        <div class="chart" data-chart=${id} role="img" aria-label=${`${chart.title}; the figures are in the table below it`}>${chartPicture(chart, data.series)}</div>
        ${chartTable(chart, data.series)}
      </section>`,
    )}
    <section class="card">
      <h2>By job <small>last hour</small></h2>
      ${table<JobFigures>({
        caption: 'Figures of the last hour by job',
        rows: data.jobs,
        key: (row) => `${row.queue} ${row.name}`,
        empty: noneOf(ctx, 'runs in the last hour', data),
        columns: columns(ctx, data.span),
      })}
    </section>
    ${ticksSection(ctx, data)}
    <p class="more">For Prometheus: <a href=${`${ctx.root}metrics`}>metrics</a></p>
  </main>`;
}

/** Draws the results of the ticks of schedules, if there were any. */
function ticksSection({ root }: ViewContext, { jobs, span }: MetricsData): VNode | undefined {
  const rows = jobs.flatMap(({ queue, name, ticks }) => (ticks ? [{ queue, name, ...ticks }] : []));
  if (rows.length === 0) return undefined;
  type Row = (typeof rows)[number];
  return html`<section class="card">
    <h2>Ticks of schedules <small>last hour</small></h2>
    ${table<Row>({
      caption: 'Ticks of schedules in the last hour, by job',
      rows,
      key: (row) => `${row.queue} ${row.name}`,
      empty: '',
      columns: [
        {
          label: 'Job',
          kind: 'name',
          cell: ({ queue, name }) =>
            html`<a href=${linkTo(root, 'metrics', { queue, name, span })}><bdi class="clamp"><b>${name}</b></bdi> <bdi class="id clamp">${queue}</bdi></a>`,
        },
        { label: 'Fired', numeric: true, cell: ({ fired }) => countText(fired) },
        { label: 'Missed', numeric: true, cell: ({ missed }) => countText(missed) },
        { label: 'Skipped', numeric: true, cell: ({ skipped }) => skippedText(skipped) },
      ],
    })}
  </section>`;
}

function skippedText(skipped: TickMetrics['skipped']): string {
  const some = Object.entries(skipped).filter(([, count]) => count > 0);
  return some.map(([reason, count]) => `${countText(count)} ${reason}`).join(', ') || '0';
}

/** Lists the charts; the backlog is known of whole queues alone, while a monitor runs. */
function shownCharts({ series, name }: MetricsData): (readonly [string, Chart])[] {
  const isKnown = name === undefined && series.waiting.some((value) => value !== null);
  return Object.entries(CHARTS).filter(([id]) => id !== 'backlog' || isKnown);
}

/** Draws the button that pauses the jobs of one name, if the page shows one name. */
function pauseButton(ctx: ViewContext, { queue, name, paused }: MetricsData): VNode | undefined {
  if (queue === undefined || name === undefined || paused === undefined) return undefined;
  const what = `jobs ${name} of ${queue}`;
  return paused
    ? actionButton(ctx, { do: 'resume-jobs', queue, name }, 'Resume this type', what)
    : actionButton(ctx, { do: 'pause-jobs', queue, name }, 'Pause this type', what);
}

function spanChoice(ctx: ViewContext, { queue, name, span }: MetricsData): VNode {
  const link = (to: Span, label: string): VNode => html`<a
    href=${linkTo(ctx.root, 'metrics', { queue, name, span: to })}
    aria-current=${to === span ? 'true' : undefined}
  >${label}</a>`;
  return html`<nav class="choice" aria-label="Span">${link('1h', '1 hour')} ${link('24h', '24 hours')}</nav>`;
}

function columns({ root }: ViewContext, span: Span): Column<JobFigures>[] {
  const figure = (
    label: string,
    cell: (row: JobFigures) => string,
    kind = '',
  ): Column<JobFigures> => ({ label, numeric: true, cell, kind });
  return [
    {
      label: 'Job',
      kind: 'name',
      cell: ({ queue, name }) =>
        html`<a href=${linkTo(root, 'metrics', { queue, name, span })}><bdi class="clamp"><b>${name}</b></bdi> <bdi class="id clamp">${queue}</bdi></a>`,
    },
    figure('Completed', ({ completed }) => countText(completed)),
    figure(
      'Failed',
      ({ failed, failureRate }) =>
        `${countText(failed)}${failed > 0 ? ` (${percentText(failureRate)})` : ''}`,
    ),
    figure('Cancelled', ({ cancelled }) => countText(cancelled), 'extra'),
    figure('Retried', ({ retried }) => countText(retried), 'extra'),
    figure('Per minute', ({ throughput }) => rateText(throughput)),
    figure('Wait p95', ({ wait }) => (wait === undefined ? '–' : durationText(wait.p95)), 'extra'),
    figure('Run p50 · p95 · p99', ({ run }) =>
      run === undefined ? '–' : durationsText([run.p50, run.p95, run.p99]),
    ),
  ];
}
