import { readFileSync, writeFileSync } from 'node:fs';
import type { Benchmark } from '../benchmark/benchmark.ts';
import { markdownReport } from './markdown-report.ts';
import type { BenchmarkResult } from './result.ts';

const START = '<!-- figures: written by `pnpm bench --write-readme` -->';
const END = '<!-- end of figures -->';

/** Reads the kept result of a benchmark. */
type ReadResult = (benchmark: string) => BenchmarkResult | undefined;

/** Writes the kept results between the markers of a README. Leaves out benchmarks never run in full. */
export function writeReadme(
  file: URL,
  benchmarks: readonly Benchmark[],
  readResult: ReadResult,
): void {
  const text = readFileSync(file, 'utf8');
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start === -1 || end < start) {
    throw new Error(`Expected the README to hold the lines \`${START}\` and \`${END}\``);
  }
  const sections = benchmarks.flatMap((benchmark) => {
    const result = readResult(benchmark.name);
    return result === undefined ? [] : markdownReport(benchmark, result);
  });
  const before = text.slice(0, start + START.length);
  writeFileSync(file, `${before}\n\n${sections.join('\n')}\n${text.slice(end)}`);
}
