import type { Benchmark } from '../benchmark/benchmark.ts';
import { cpuPerJob, type Figure, formatFigure } from '../benchmark/figure.ts';
import type { BenchmarkResult, ContenderResult, FigureResult } from './result.ts';

/** Describes a table, independent of its output format. */
export interface Table {
  readonly head: readonly string[];
  /** The rows, each under the title of its case. */
  readonly sections: readonly { readonly title: string; readonly rows: readonly string[][] }[];
}

/** The most figures that fit side by side. */
const MOST_COLUMNS = 6;

/**
 * Makes the table of a benchmark: one row per contender, each figure with its spread, then the ratios. Many
 * figures of single contenders are listed one below the other.
 */
export function tableOf(benchmark: Benchmark, result: BenchmarkResult): Table {
  if (benchmark.figures.length > MOST_COLUMNS && !hasRatios(result)) {
    return figureByFigure(benchmark, result);
  }
  const compared = hasRatios(result) ? comparedFigures(benchmark) : [];
  const head = [
    'contender',
    ...benchmark.figures.map(({ title }) => title),
    ...compared.map(({ title }) => `${benchmark.ratioTitle} (${title})`),
  ];
  const sections = result.cases.map(({ title, contenders }) => ({
    title,
    rows: contenders.map((contender) => rowOf(contender, benchmark.figures, compared)),
  }));
  return { head, sections };
}

function figureByFigure({ figures }: Benchmark, { cases }: BenchmarkResult): Table {
  const all = cases.flatMap(({ contenders }) => contenders);
  const rows = figures.map((figure) => [
    figure.title,
    ...all.map((contender) => cellOf(contender.figures[figure.key], figure)),
  ]);
  return { head: ['', ...all.map(({ id }) => id)], sections: [{ title: '', rows }] };
}

function hasRatios({ cases }: BenchmarkResult): boolean {
  return cases.some(({ contenders }) => contenders.length > 1);
}

/** Returns the main figure and the processor time, which other programs on the machine disturb less. */
function comparedFigures({ figures }: Benchmark): readonly Figure[] {
  return figures.filter(({ key }, index) => index === 0 || key === cpuPerJob.key);
}

function rowOf(
  { id, figures: results }: ContenderResult,
  figures: readonly Figure[],
  compared: readonly Figure[],
): string[] {
  return [
    id,
    ...figures.map((figure) => cellOf(results[figure.key], figure)),
    ...compared.map(({ key }) => ratioCell(results[key]?.ratio)),
  ];
}

function cellOf(result: FigureResult | undefined, { unit }: Figure): string {
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
