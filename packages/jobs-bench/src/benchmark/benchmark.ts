import type { Figure } from './figure.ts';
import type { Target } from './target.ts';

/** How much is measured: `tiny` only shows that it works, `quick` is for development. */
export type Size = 'tiny' | 'quick' | 'full';

/** What a contender is told, as JSON: it travels to a process of its own. */
export interface Params {
  readonly [name: string]: string | number;
}

/** One of those compared in a case. */
export interface Contender<TParams extends Params = Params> {
  /** Its name in the tables. */
  readonly id: string;
  /** What its process is told. */
  readonly params: TParams;
}

/** Contenders measured by turns, under the same conditions. The first is the one compared with the others. */
export interface Case<TParams extends Params = Params> {
  /** What stands above its rows. */
  readonly title: string;
  /** Who takes part. */
  readonly contenders: readonly Contender<TParams>[];
}

/** What one measurement gave, by the keys of the benchmark's figures. */
export interface Measured {
  readonly [figure: string]: number;
}

/** What a measurement has beside its parameters. */
export interface Surroundings {
  /** Where the benchmark's own redis-server listens, if it needs one. */
  readonly redisPort: number;
}

/** One benchmark: what is compared, how it is measured, and what is wanted of it. */
export interface Benchmark<TParams extends Params = Params> {
  /** By which it is asked for. */
  readonly name: string;
  /** What it shows, in a line. */
  readonly title: string;
  /** How it is measured and how to read it, in a few sentences. */
  readonly method: string;
  /** Whether it needs a redis-server. @default false */
  readonly needsRedis?: boolean;
  /** What stands above the ratios: the subject against each other contender. */
  readonly ratioTitle: string;
  /** Whether ratios are those of the others against the subject. @default false */
  readonly ratiosTurned?: boolean;
  /** What a measurement gives; the first figure is the one that counts. */
  readonly figures: readonly Figure[];
  /** What is wanted. */
  readonly targets: readonly Target[];
  /** How many rounds are run. */
  readonly rounds: { readonly [size in Size]: number };
  /** Lists the cases. */
  cases(size: Size): readonly Case<TParams>[];
  /** Measures one contender once, in a process of its own. */
  measure(params: TParams, surroundings: Surroundings): Promise<Measured>;
}

/** Defines a benchmark; its parameters are known to itself alone. */
export function defineBenchmark<TParams extends Params>(benchmark: Benchmark<TParams>): Benchmark {
  return {
    ...benchmark,
    // What comes back is what `cases` gave, after its way through JSON.
    measure: (params, surroundings) => benchmark.measure(params as TParams, surroundings),
  };
}
