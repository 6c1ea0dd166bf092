import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from '../benchmark/benchmark.ts';
import { markdownOf } from './markdown.ts';
import type { BenchmarkResult } from './result.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
/** Holds the full results, which documents quote. */
const KEPT = join(PACKAGE, 'results');
const OTHERS = join(PACKAGE, '.cache/results');
const START = '<!-- figures: written by `pnpm bench --write-readme` -->';
const END = '<!-- end of figures -->';

/** Writes a result as JSON, to the kept ones if it is complete; returns its path, relative to the package. */
export function saveResult(result: BenchmarkResult, isWhole: boolean): string {
  const folder = isWhole && result.conditions.size === 'full' ? KEPT : OTHERS;
  const path = join(folder, `${result.benchmark}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(result, roundNumbers, 2)}\n`);
  return path.slice(PACKAGE.length);
}

/** Reads the kept result of a benchmark, if there is one. */
export function readResult(benchmark: string): BenchmarkResult | undefined {
  try {
    const text = readFileSync(join(KEPT, `${benchmark}.json`), 'utf8');
    return JSON.parse(text) as BenchmarkResult;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Rounds numbers to six digits, which exceeds the accuracy of all measurements. */
function roundNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}

/** Writes the kept results between the markers of a README. Leaves out benchmarks never run in full. */
export function writeReadme(
  file: URL,
  benchmarks: readonly Benchmark[],
  read: typeof readResult = readResult,
): void {
  const text = readFileSync(file, 'utf8');
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start === -1 || end < start) {
    throw new Error(`Expected the README to hold the lines \`${START}\` and \`${END}\``);
  }
  const sections = benchmarks.flatMap((benchmark) => {
    const result = read(benchmark.name);
    return result === undefined ? [] : markdownOf(benchmark, result);
  });
  const before = text.slice(0, start + START.length);
  writeFileSync(file, `${before}\n\n${sections.join('\n')}\n${text.slice(end)}`);
}
