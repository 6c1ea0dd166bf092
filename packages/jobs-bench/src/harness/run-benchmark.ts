import type { Benchmark, Measured, Params, Size } from '../benchmark/benchmark.ts';

/** The samples of one contender, one a round. */
export interface ContenderSamples {
  readonly id: string;
  readonly samples: readonly Measured[];
}

/** The samples of a case. */
export interface CaseSamples {
  readonly title: string;
  readonly contenders: readonly ContenderSamples[];
}

/** Says how to run a benchmark. */
export interface RunOptions {
  readonly size: Size;
  readonly rounds: number;
  /** Measures one contender once. */
  readonly measure: (params: Params) => Promise<Measured>;
  /** Is told what is measured next. */
  readonly onStep?: (what: string) => void;
}

/** Counts the measurements a benchmark takes. */
export function countSteps(benchmark: Benchmark, size: Size, rounds: number): number {
  const contenders = benchmark.cases(size).reduce((sum, each) => sum + each.contenders.length, 0);
  return contenders * rounds;
}

/**
 * Runs all cases of a benchmark, round after round. Within a round the contenders of a case follow
 * each other at once, and each round begins with another one, so that neither a slow minute of the
 * machine nor the place in the row favours anybody.
 */
export async function runBenchmark(
  benchmark: Benchmark,
  { size, rounds, measure, onStep }: RunOptions,
): Promise<readonly CaseSamples[]> {
  const cases = benchmark.cases(size).map(({ title, contenders }) => ({
    title,
    contenders: contenders.map(({ id, params }) => ({ id, params, samples: [] as Measured[] })),
  }));
  for (let round = 0; round < rounds; round++) {
    for (const { title, contenders } of cases) {
      for (const { id, params, samples } of rotate(contenders, round)) {
        onStep?.(`${benchmark.name}: ${title}, ${id}`);
        samples.push(await measure(params));
      }
    }
  }
  return cases;
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
