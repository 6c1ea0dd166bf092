import type { Benchmark } from '../benchmark/benchmark.ts';
import { cpuPerJob, type Figure, formatFigure } from '../benchmark/figure.ts';
import type { BenchmarkResult, FigureResult } from './result.ts';

/** Holds the cells of a table, the head first. The first `labels` columns are names, the others numbers. */
export interface Table {
  readonly labels: number;
  readonly rows: readonly (readonly string[])[];
}

/** The most figures that fit side by side. */
const MOST_COLUMNS = 6;

/**
 * Makes the table of a benchmark: one row per contender, each figure with its spread, then the ratios. Lists
 * figures one below the other when there are many and nothing to compare.
 */
export function tableOf({ figures, ratioTitle }: Benchmark, { cases }: BenchmarkResult): Table {
  const all = cases.flatMap(({ contenders }) => contenders);
  const compares = cases.some(({ contenders }) => contenders.length > 1);
  if (figures.length > MOST_COLUMNS && !compares) {
    const rows = figures.map((figure) => [figure.title, ...all.map((each) => cell(each, figure))]);
    return { labels: 1, rows: [['', ...all.map(({ id }) => id)], ...rows] };
  }
  // The processor time is compared, too: other programs on the machine disturb it less.
  const compared = figures.filter(({ key }, index) => index === 0 || key === cpuPerJob.key);
  const ratioFigures = compares ? compared : [];
  const ratioTitles = ratioFigures.map(({ title }) => `${ratioTitle} (${title})`);
  const head = ['contender', ...figures.map(({ title }) => title), ...ratioTitles];
  const rows = cases.map(({ contenders }) =>
    contenders.map((contender) => [
      contender.id,
      ...figures.map((figure) => cell(contender, figure)),
      ...ratioFigures.map(({ key }) => ratioCell(contender.figures[key]?.ratio)),
    ]),
  );
  if (cases.every(({ title }) => title === '')) return { labels: 1, rows: [head, ...rows.flat()] };
  const titled = rows.flatMap((own, at) =>
    own.map((row, index) => [index === 0 ? (cases[at]?.title ?? '') : '', ...row]),
  );
  return { labels: 2, rows: [['case', ...head], ...titled] };
}

function cell(
  { figures }: { readonly figures: { readonly [key: string]: FigureResult } },
  { key, unit }: Figure,
): string {
  const result = figures[key];
  if (result === undefined) return '–';
  const { median, low, high } = result.summary;
  const spread = median === 0 ? 0 : ((high - low) / 2 / Math.abs(median)) * 100;
  const margin = result.samples.length < 3 ? '' : ` ±${spread.toFixed(0)} %`;
  return formatFigure(median, unit) + margin;
}

function ratioCell(ratio: FigureResult['ratio']): string {
  if (ratio === undefined) return '';
  const { median, low, high } = ratio;
  return `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
