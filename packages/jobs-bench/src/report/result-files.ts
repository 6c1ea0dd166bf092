import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchmarkResult, ContenderResult } from './result.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
/** Holds the full results, which documents quote. */
const KEPT = join(PACKAGE, 'results');
const OTHERS = join(PACKAGE, '.cache/results');

/** Writes the medians of a result, to the kept ones if it is complete; returns its path, relative to the package. */
export function saveResult(result: BenchmarkResult, isWhole: boolean): string {
  const folder = isWhole && result.conditions.size === 'full' ? KEPT : OTHERS;
  const path = join(folder, `${result.benchmark}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, resultText(result));
  return path.slice(PACKAGE.length);
}

/** Writes the medians of a result as JSON, a line for each contender. */
export function resultText({ cases, ...result }: BenchmarkResult): string {
  const contenders = cases.flatMap(({ title, contenders: all }) =>
    all.map((each) => [`${title}; ${each.id}`, mediansOf(each)]),
  );
  const kept = { ...result, medians: Object.fromEntries(contenders) };
  return `${JSON.stringify(kept, roundNumbers, 1).replaceAll(/\n {3,}|\n {2}(?=[}\]])/g, ' ')}\n`;
}

function mediansOf({ figures }: ContenderResult): object {
  const medians = Object.entries(figures).map(([key, { summary, ratio }]) => [
    key,
    { median: summary.median, ratio: ratio?.median },
  ]);
  return Object.fromEntries(medians);
}

/** Rounds numbers to six digits, which exceeds the accuracy of all measurements. */
function roundNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}
