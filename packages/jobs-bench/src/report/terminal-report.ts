import Table from 'cli-table3';
import type { Benchmark } from '../benchmark/benchmark.ts';
import { describeConditions } from './describe-conditions.ts';
import { describeVerdict } from './describe-verdict.ts';
import type { BenchmarkResult } from './result.ts';
import { tableOf } from './table-rows.ts';

/** Draws a result for a terminal. */
export function terminalReport(benchmark: Benchmark, result: BenchmarkResult): string {
  const { head, sections } = tableOf(benchmark, result);
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  for (const { title, rows } of sections) {
    if (title !== '') table.push([{ colSpan: head.length, content: title }]);
    table.push(...rows);
  }
  return [
    `${benchmark.name}: ${benchmark.title}`,
    table.toString(),
    ...result.verdicts.map(describeVerdict),
    describeConditions(result.conditions),
    '',
  ].join('\n');
}
