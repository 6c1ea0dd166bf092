import type { Benchmark } from '../benchmark/benchmark.ts';
import { describeConditions } from './describe-conditions.ts';
import { describeVerdict } from './describe-verdict.ts';
import type { BenchmarkResult } from './result.ts';
import { type Table, tableOf } from './table-rows.ts';

/** Writes a result as a section of Markdown. */
export function markdownReport(benchmark: Benchmark, result: BenchmarkResult): string {
  return [
    `### ${benchmark.name}: ${benchmark.title}`,
    '',
    benchmark.method,
    '',
    ...drawTable(tableOf(benchmark, result)),
    '',
    ...result.verdicts.map((verdict) => `- ${describeVerdict(verdict)}`),
    ...(result.verdicts.length > 0 ? [''] : []),
    `*${describeConditions(result.conditions)}*`,
    '',
  ].join('\n');
}

function drawTable({ head, sections }: Table): string[] {
  const titled = sections.some(({ title }) => title !== '');
  const columns = titled ? ['case', ...head] : [...head];
  const rows = sections.flatMap(({ title, rows: own }) =>
    own.map((row, index) => (titled ? [index === 0 ? title : '', ...row] : row)),
  );
  const rule = columns.map((_, index) => (index < (titled ? 2 : 1) ? '---' : '---:'));
  return [columns, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
