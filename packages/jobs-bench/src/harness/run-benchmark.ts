import type { Benchmark, Measured, Params, Size } from '../benchmark/benchmark.ts';

/** Holds the samples of one contender, one per round. */
export interface ContenderSamples {
  readonly id: string;
  readonly samples: readonly Measured[];
}

/** Holds the samples of a case. */
export interface CaseSamples {
  readonly title: string;
  readonly contenders: readonly ContenderSamples[];
}

/** The options for running a benchmark. */
export interface RunOptions {
  readonly size: Size;
  readonly rounds: number;
  /** Measures one contender once. */
  readonly measure: (params: Params) => Promise<Measured>;
  /** Is called before each measurement. */
  readonly onStep?: (what: string) => void;
}

/** Counts the measurements a benchmark takes. */
export function countSteps(benchmark: Benchmark, size: Size, rounds: number): number {
  const contenders = benchmark.cases(size).reduce((sum, each) => sum + each.contenders.length, 0);
  return contenders * rounds;
}

/**
 * Runs all cases of a benchmark, round after round. Within a round the contenders of a case follow each
 * other directly, and each round begins with a different contender, so that neither a slow minute of the
 * machine nor the order favours any of them.
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
