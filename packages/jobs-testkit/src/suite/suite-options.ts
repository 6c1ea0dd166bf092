import type { BackendFactory } from '@philjs/jobs-core';
import type { Backend, BackendContext, JobRef } from '@philjs/jobs-core/backend';

/**
 * Makes a backend of the engine under test, for the queue, clock and logger given: a backend factory, or a function
 * that returns a backend or a factory, or a promise of one. Called several times with one `queueName` in one test, it
 * acts as several processes that share one store.
 */
export type CreateBackend = (
  context: BackendContext,
) => Backend | BackendFactory | Promise<Backend | BackendFactory>;

/** Does work within a transaction, and ends it as the work says. */
export type Transact = (
  work: (transaction: unknown) => Promise<'commit' | 'rollback'>,
) => Promise<void>;

/**
 * Deletes from the store under test, as a person does who knows nothing of its rules: the record of a job, or the records
 * that say which jobs it waits for. Nothing else changes.
 */
export type DeleteByHand = (what: 'job' | 'dependencies', of: JobRef) => Promise<void>;

/** Names a test that an engine is known to fail. */
export interface SkippedTest {
  /** The test's title, exactly. */
  readonly test: string;
  /** The reason. Shown with the test. */
  readonly reason: string;
}

/** Holds the options of a suite. */
export interface SuiteOptions {
  /** Makes the backends. */
  readonly create: CreateBackend;
  /**
   * Begins a transaction on the store under test, does some work with it, and commits or rolls back as the work says.
   * An engine with the capability `transactions` needs it. @default none
   */
  readonly transact?: Transact;
  /**
   * Deletes from the store by hand, where that can be done: without it, no test asks what becomes of the jobs that are left.
   * @default none
   */
  readonly deleteByHand?: DeleteByHand;
  /**
   * Tests that the engine is known to fail. They run all the same: the suite fails when one of them passes, or when
   * there is no test of that title. @default none
   */
  readonly skip?: readonly SkippedTest[];
  /** Runs only the groups of these titles; the suite fails when there is no such group. @default all groups */
  readonly groups?: readonly string[];
  /**
   * Runs the tests side by side, as many at once as vitest's `maxConcurrency` says, on real time; each has a queue of
   * its own. On virtual time they run one after another. @default false
   */
  readonly concurrent?: boolean;
}

/** Returns how work is done within a transaction of the store under test. */
export function transactOf({ transact }: SuiteOptions): Transact {
  if (transact !== undefined) return transact;
  throw new Error(
    'A backend with the capability `transactions` needs `transact` in the options of the suite',
  );
}

/** Makes a backend from any return value of {@link CreateBackend}. */
export async function createBackend(
  create: CreateBackend,
  context: BackendContext,
): Promise<Backend> {
  const made = await create(context);
  return typeof made === 'function' ? made(context) : made;
}
