import type { VNode } from 'preact';
import { durationText } from '../../text/duration.ts';
import { rateText } from '../../text/number.ts';
import { html } from '../../view/html.ts';
import { table } from '../../view/table.ts';
import type { Chart } from './charts.ts';
import type { MetricsSeries } from './metrics-data.ts';

/** Draws the figures of a chart as a table, for screen readers and for exact values. */
export function chartTable({ title, unit, lines }: Chart, series: MetricsSeries): VNode {
  const rows = series.at
    .map((at, index) => ({ at, index }))
    .filter(({ index }) => lines.some(({ of }) => (series[of][index] ?? 0) > 0))
    .reverse();
  const figure = (value: number | null | undefined): string => {
    if (value === null || value === undefined) return '–';
    return unit === 'ms' ? durationText(value) : rateText(value);
  };
  return html`<details>
    <summary>${title} as a table</summary>
    ${table<(typeof rows)[number]>({
      caption: title,
      rows,
      key: ({ at }) => String(at),
      empty: 'Nothing happened.',
      columns: [
        {
          label: 'From (UTC)',
          cell: ({ at }) => new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' '),
        },
        ...lines.map(({ label, of }) => ({
          label,
          numeric: true,
          cell: ({ index }: { readonly index: number }) => figure(series[of][index]),
        })),
      ],
    })}
  </details>`;
}
