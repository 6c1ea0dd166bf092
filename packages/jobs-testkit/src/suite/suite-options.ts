import type { Backend, BackendContext, BackendFactory } from '@philjs/jobs-core';

/**
 * Makes a backend of the engine under test, for the queue, clock and logger given: a backend factory,
 * or what answers with a backend or a factory, now or later. Called several times with one
 * `queueName` in one test, it stands for several processes that share one store.
 */
export type CreateBackend = (
  context: BackendContext,
) => Backend | BackendFactory | Promise<Backend | BackendFactory>;

/** Does work within a transaction, and ends it as the work says. */
export type Transact = (
  work: (transaction: unknown) => Promise<'commit' | 'rollback'>,
) => Promise<void>;

/** Names a test an engine is known not to pass. */
export interface SkippedTest {
  /** The test's title, exactly. */
  readonly test: string;
  /** Why it cannot pass. Shown with the test. */
  readonly reason: string;
}

/** Says what a suite runs on. */
export interface SuiteOptions {
  /** Makes the backends. */
  readonly create: CreateBackend;
  /**
   * Begins a transaction on the store under test, does some work with it, and commits or rolls back as that says.
   * An engine with the capability `transactions` needs it. @default none
   */
  readonly transact?: Transact;
  /**
   * Tests the engine is known not to pass. They run all the same: the suite fails when one of them
   * passes, or when there is no test of that title. @default none
   */
  readonly skip?: readonly SkippedTest[];
}

/** Makes a backend, whatever {@link CreateBackend} answers with. */
export async function createBackend(
  create: CreateBackend,
  context: BackendContext,
): Promise<Backend> {
  const made = await create(context);
  return typeof made === 'function' ? made(context) : made;
}
