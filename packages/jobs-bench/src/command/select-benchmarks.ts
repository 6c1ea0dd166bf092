import { suggestionFor } from '@philjs/jobs-core/internal';
import type { Benchmark, Size } from '../benchmark/benchmark.ts';
import { BenchUsageError } from './usage-error.ts';

/**
 * Selects benchmarks by name: `memory-run` selects one, `memory` all whose names begin with `memory-`.
 * Without names it selects all.
 *
 * @throws BenchUsageError when a name selects none
 */
export function selectBenchmarks(
  names: readonly string[],
  all: readonly Benchmark[],
): readonly Benchmark[] {
  if (names.length === 0) return all;
  const selected = new Set(names.flatMap((name) => matching(name, all)));
  return all.filter((benchmark) => selected.has(benchmark));
}

function matching(name: string, all: readonly Benchmark[]): readonly Benchmark[] {
  const found = all.filter(
    (benchmark) => benchmark.name === name || benchmark.name.startsWith(`${name}-`),
  );
  if (found.length > 0) return found;
  const known = all.map((benchmark) => benchmark.name);
  const near = suggestionFor(name, known);
  const hint = near === undefined ? '' : ` Did you mean \`${near}\`?`;
  throw new BenchUsageError(
    `There is no benchmark \`${name}\`.${hint} Known are: ${known.join(', ')}.`,
  );
}

/**
 * Keeps the cases whose titles contain a text, and drops benchmarks without such a case.
 *
 * @throws BenchUsageError when there is no such case at all
 */
export function selectCases(
  benchmarks: readonly Benchmark[],
  text: string | undefined,
): readonly Benchmark[] {
  if (text === undefined) return benchmarks;
  const selected = benchmarks.map((benchmark) => ({
    ...benchmark,
    cases: (size: Size) => benchmark.cases(size).filter(({ title }) => title.includes(text)),
  }));
  const left = selected.filter((benchmark) => benchmark.cases('full').length > 0);
  if (left.length > 0) return left;
  throw new BenchUsageError(`No case of these benchmarks holds \`${text}\` in its title.`);
}
