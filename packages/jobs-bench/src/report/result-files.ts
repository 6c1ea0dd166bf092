import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Size } from '../benchmark/benchmark.ts';
import type { BenchmarkResult } from './result.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
/** The folder of results by size: full results are kept, since the documentation quotes them; others are not. */
const FOLDERS: { readonly [size in Size]: string } = {
  tiny: join(PACKAGE, '.cache/results'),
  quick: join(PACKAGE, '.cache/results'),
  full: join(PACKAGE, 'results'),
};

/** Writes a result as JSON, to the kept ones if it is complete; returns its path, relative to the package. */
export function saveResult(result: BenchmarkResult, isWhole: boolean): string {
  const folder = FOLDERS[isWhole ? result.conditions.size : 'quick'];
  const path = join(folder, `${result.benchmark}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(result, roundNumbers, 2)}\n`);
  return path.slice(PACKAGE.length);
}

/** Reads the kept result of a benchmark, if there is one. */
export function readResult(benchmark: string): BenchmarkResult | undefined {
  try {
    const text = readFileSync(join(FOLDERS.full, `${benchmark}.json`), 'utf8');
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
