import type { VNode } from 'preact';
import { html } from './html.ts';

const WIDTH = 120;
const HEIGHT = 24;

/** Draws values over time as a small line; `label` describes it in words. */
export function sparkline(values: readonly number[], label: string): VNode {
  const top = Math.max(...values, 1);
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map(
    (value, index) =>
      `${(index * step).toFixed(1)},${(HEIGHT - 1 - (value / top) * (HEIGHT - 2)).toFixed(1)}`,
  );
  const area = `0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`;
  return html`<svg
    class="spark"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width=${WIDTH}
    height=${HEIGHT}
    preserveAspectRatio="none"
    role="img"
    aria-label=${label}
  >
    <polygon points=${area} />
    <polyline points=${points.join(' ')} />
  </svg>`;
}
