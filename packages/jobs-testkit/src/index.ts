/**
 * Exports helpers for tests of jobs, and a virtual clock. The suites that a backend must pass are in
 * `@philjs/jobs-testkit/conformance`.
 *
 * @packageDocumentation
 */

export { type DrainOptions, drain } from './assertions/drain.ts';
export { expectEnqueued, expectNotEnqueued } from './assertions/expect-enqueued.ts';
export { createTestClock, type TestClock } from './clock/test-clock.ts';
export { type Fault, FaultError } from './faulty-backend/fault.ts';
export {
  createFaultyBackend,
  type FaultyBackend,
  type FaultyMethod,
} from './faulty-backend/faulty-backend.ts';
export { type RunJobOptions, type RunJobResult, runJob } from './run-job/run-job.ts';
