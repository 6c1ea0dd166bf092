import { describeSuite } from '../suite/describe-suite.ts';
import type { SuiteOptions } from '../suite/suite-options.ts';
import { backendSuite } from './describe-backend.ts';
import { agreeingFor } from './groups/agreeing.ts';

/** Says how many random sequences of operations to compare with the models. */
export interface ModelSuiteOptions extends SuiteOptions {
  /** The number of sequences for each model. @default 200 on virtual time, 50 on real time */
  readonly runs?: number;
  /** The largest number of jobs in a workflow, over three queues: at most 200. @default 200 */
  readonly mostJobs?: number;
  /** Repeats the sequences of an earlier time: a failure shows its seed. @default new ones */
  readonly seed?: number;
}

/**
 * Registers with vitest the long form of some tests of {@link describeBackend}: random operations on jobs, limits, orders
 * and workflows have the outcome that a simple model of each predicts.
 */
export function describeModels(name: string, options: ModelSuiteOptions): void {
  const { runs, mostJobs = 200, seed, ...rest } = options;
  const agreeing = agreeingFor({
    virtual: runs ?? 200,
    real: runs ?? 50,
    mostJobs: { virtual: mostJobs, real: mostJobs },
    timeLimitMs: Number.POSITIVE_INFINITY,
    timeout: 3_600_000,
    seed,
  });
  describeSuite(name, { ...backendSuite, groups: [agreeing] }, rest);
}
