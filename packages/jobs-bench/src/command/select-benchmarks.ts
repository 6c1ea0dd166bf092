import { suggestionFor } from '@philjs/jobs-core';
import type { Benchmark } from '../benchmark/benchmark.ts';
import { UsageError } from './usage-error.ts';

/**
 * Selects benchmarks by name: `memory-run` is one, `memory` all whose names begin with `memory-`. No
 * name at all is every benchmark.
 *
 * @throws UsageError when a name selects none
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
  throw new UsageError(`There is no benchmark \`${name}\`.${hint} Known are: ${known.join(', ')}.`);
}
