import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { rateText } from '../../text/number.ts';
import { html } from '../../view/html.ts';
import type { Chart } from './charts.ts';
import type { MetricsSeries } from './metrics-data.ts';

const WIDTH = 600;
const HEIGHT = 120;

/** Draws a chart without script: its lines, with a gap where a figure is missing, and its highest figure. */
export function chartPicture({ unit, lines }: Chart, series: MetricsSeries): VNode {
  const all = lines.flatMap(({ of }) => series[of]).filter((value) => value !== null);
  const top = Math.max(0, ...all);
  const step = WIDTH / Math.max(1, series.at.length - 1);
  const y = (value: number): string =>
    (HEIGHT - 2 - (value / (top || 1)) * (HEIGHT - 6)).toFixed(1);
  return html`<figure class="picture">
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${lines.map(
      ({ of, label }, line) =>
        html`<path key=${label} class=${`line-${line + 1}`} d=${pathOf(series[of], step, y)} />`,
    )}</svg>
    <figcaption>${lines.map(({ label }, line) => html`<span key=${label} class=${`line-${line + 1}`}>${label}</span> `)}<small>at most ${unit === 'ms' ? durationText(top) : rateText(top)}</small></figcaption>
  </figure>`;
}

/** Returns the path of a line, broken where a figure is missing; a single figure becomes a dot. */
function pathOf(
  values: readonly (number | null)[],
  step: number,
  y: (value: number) => string,
): string {
  let isDrawing = false;
  return values
    .map((value, index) => {
      if (value === null) {
        isDrawing = false;
        return '';
      }
      const x = (index * step).toFixed(1);
      const draw = isDrawing ? `L${x} ${y(value)}` : `M${x} ${y(value)}h.01`;
      isDrawing = true;
      return draw;
    })
    .join('');
}
