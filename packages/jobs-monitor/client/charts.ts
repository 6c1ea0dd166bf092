import uPlot from 'uplot';
import type { PageBoot } from '../src/dashboard/page/page-boot.ts';
import { CHARTS, type Chart } from '../src/pages/metrics/charts.ts';
import type { MetricsSeries } from '../src/pages/metrics/metrics-data.ts';
import { durationText } from '../src/text/duration.ts';
import { rateText } from '../src/text/number.ts';
import { wholeSteps } from '../src/text/whole-steps.ts';
import type { PageState } from '../src/view/page-state.ts';
import { readZone } from './time-zone.ts';

const HEIGHT = 220;
/** The custom properties of the style sheet that colour the lines, in order. */
const COLOURS = ['--line-1', '--line-2', '--line-3'];

/** Writes a time as hours and minutes, in the chosen zone. */
function timeOfDay(seconds: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: readZone(),
    hour: '2-digit',
    minute: '2-digit',
  }).format(seconds * 1000);
}

/** Draws a chart into its element, and keeps it as wide as that. */
function draw(place: HTMLElement, chart: Chart, series: MetricsSeries): uPlot {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const text = (value: number): string =>
    chart.unit === 'ms' ? durationText(value) : rateText(value);
  const axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--border'), width: 1 },
    ticks: { show: false },
  };
  place.replaceChildren();
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      cursor: { drag: { x: false, y: false } },
      scales: {
        y: { range: (_, __, max) => [0, Math.max(chart.unit === 'ms' ? 10 : 1, max * 1.1)] },
      },
      axes: [
        { ...axis, size: 28, values: (_, times) => times.map(timeOfDay) },
        { ...axis, size: 64, values: (_, values) => values.map(text) },
      ],
      hooks: {
        // Without a pointer no point in time is selected, so the legend has no values to show.
        setLegend: [({ root, cursor }) => root.classList.toggle('idle', cursor.idx == null)],
      },
      series: [
        { label: 'from', value: (_, at) => (at === null ? '–' : timeOfDay(at)) },
        ...chart.lines.map(({ label }, index) => ({
          label,
          stroke: colour(COLOURS[index] ?? ''),
          width: 2,
          points: { size: 4 },
          value: (_: uPlot, value: number | null) => (value === null ? '–' : text(value)),
        })),
      ],
    },
    dataOf(chart, series),
    place,
  );
  plot.root.classList.add('idle');
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT })).observe(
    place,
  );
  return plot;
}

function dataOf({ unit, lines }: Chart, series: MetricsSeries): uPlot.AlignedData {
  const values = lines.map(({ of }) =>
    unit === 'jobs' ? wholeSteps(series[of]) : [...series[of]],
  );
  return [[...series.at], ...values] as uPlot.AlignedData;
}

const { state } = JSON.parse(document.getElementById('boot')?.textContent ?? '') as PageBoot;
const plots: { readonly chart: Chart; readonly plot: uPlot }[] = [];
for (const place of document.querySelectorAll<HTMLElement>('[data-chart]')) {
  const chart = CHARTS[place.dataset['chart'] ?? ''];
  if (chart === undefined || state.page !== 'metrics') continue;
  plots.push({ chart, plot: draw(place, chart, state.data.series) });
}
document.addEventListener('philjs-state', (event) => {
  const next = (event as CustomEvent<PageState>).detail;
  if (next.page !== 'metrics') return;
  for (const { chart, plot } of plots) plot.setData(dataOf(chart, next.data.series));
});
