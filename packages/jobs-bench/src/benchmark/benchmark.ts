import type { Figure } from './figure.ts';
import type { Target } from './target.ts';

/** Sets how much is measured: `tiny` only shows that the benchmark works, `quick` is for development. */
export type Size = 'tiny' | 'quick' | 'full';

/** Holds the parameters of a contender as JSON, to send them to its own process. */
export interface Params {
  readonly [name: string]: string | number;
}

/** Describes one of the contenders of a case. */
export interface Contender<TParams extends Params = Params> {
  /** Its name in the tables. */
  readonly id: string;
  /** The parameters its process receives. */
  readonly params: TParams;
}

/** Lists contenders measured alternately, under the same conditions. The first is the subject of the comparison. */
export interface Case<TParams extends Params = Params> {
  /** The title above its rows. */
  readonly title: string;
  /** The contenders. */
  readonly contenders: readonly Contender<TParams>[];
}

/** Holds the values of one measurement, by the keys of the benchmark's figures. */
export interface Measured {
  readonly [figure: string]: number;
}

/** Holds the inputs of a measurement besides its parameters. */
export interface Surroundings {
  /** Where the benchmark's own redis-server listens, if it needs one. */
  readonly redisPort: number;
  /** The address of the benchmark's own PostgreSQL server, if it needs one; empty without one. */
  readonly postgresUrl: string;
}

/** Describes a benchmark: its contenders, its method, and its targets. */
export interface Benchmark<TParams extends Params = Params> {
  /** The name on the command line. */
  readonly name: string;
  /** The title, one line. */
  readonly title: string;
  /** How it is measured and how to read it, in a few sentences. */
  readonly method: string;
  /** Whether it needs a redis-server. @default false */
  readonly needsRedis?: boolean;
  /** Whether it needs a PostgreSQL server. @default false */
  readonly needsPostgres?: boolean;
  /** The title above the ratios of the subject to each other contender. */
  readonly ratioTitle: string;
  /** Whether the ratios are inverted: each other contender to the subject. @default false */
  readonly ratiosTurned?: boolean;
  /** The figures of a measurement; the first one is the main figure. */
  readonly figures: readonly Figure[];
  /** The targets to reach. */
  readonly targets: readonly Target[];
  /** The number of rounds. */
  readonly rounds: { readonly [size in Size]: number };
  /** Lists the cases. */
  cases(size: Size): readonly Case<TParams>[];
  /** Measures one contender once, in a process of its own. */
  measure(params: TParams, surroundings: Surroundings): Promise<Measured>;
}

/** Defines a benchmark, and hides the type of its parameters from the others. */
export function defineBenchmark<TParams extends Params>(benchmark: Benchmark<TParams>): Benchmark {
  return {
    ...benchmark,
    // The parameters are those that `cases` returned, after conversion to JSON and back.
    measure: (params, surroundings) => benchmark.measure(params as TParams, surroundings),
  };
}
