import type { Benchmark } from '../benchmark/benchmark.ts';
import type { BenchmarkResult } from './result.ts';
import { type Table, tableOf } from './table.ts';

/** Writes a result as a section of Markdown; for a terminal with aligned columns and without the method. */
export function markdownOf(
  benchmark: Benchmark,
  result: BenchmarkResult,
  forTerminal = false,
): string {
  const verdicts = result.verdicts.map(({ title, wanted, value, met }) => {
    const maximumFractionDigits = (value ?? 0) < 100 ? 2 : 0;
    const got = value?.toLocaleString('en-GB', { maximumFractionDigits }) ?? 'not measured';
    return `- ${met ? 'met' : 'MISSED'}: ${title}: wanted ${wanted}, got ${got}`;
  });
  return [
    `### ${benchmark.name}: ${benchmark.title}\n`,
    ...(forTerminal ? [] : [`${benchmark.method}\n`]),
    ...draw(tableOf(benchmark, result), forTerminal),
    '',
    ...verdicts,
    ...(verdicts.length > 0 ? [''] : []),
    `*${describe(result.conditions)}*\n`,
  ].join('\n');
}

function draw({ labels, rows: [head = [], ...rows] }: Table, aligned: boolean): string[] {
  const rule = head.map((_, column) => (column < labels ? '---' : '---:'));
  const all = [head, rule, ...rows];
  const widthOf = (column: number): number =>
    aligned ? Math.max(...all.map((cells) => cells[column]?.length ?? 0)) : 0;
  const widths = head.map((_, column) => widthOf(column));
  return all.map((cells) => {
    const padded = cells.map((cell, column) =>
      column < labels ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `| ${padded.join(' | ')} |`;
  });
}

function describe(conditions: BenchmarkResult['conditions']): string {
  const { takenAt, size, rounds, machine, load } = conditions;
  return [
    `${takenAt.slice(0, 10)}, ${size}, ${rounds} rounds`,
    `${machine.cores} cores of ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}`,
    `Node ${machine.node}`,
    `load ${load.before} before and ${load.after} after`,
  ].join(' · ');
}
