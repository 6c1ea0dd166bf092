/**
 * Exports helpers for tests of jobs, and a virtual clock. The suites that a backend must pass are in
 * `@philjs/jobs-testkit/conformance`.
 *
 * @packageDocumentation
 */

export { type DrainOptions, drain } from './assertions/drain.ts';
export { expectEnqueued, expectNotEnqueued } from './assertions/expect-enqueued.ts';
export { createTestClock, type TestClock } from './clock/test-clock.ts';
export {
  createFaultProxy,
  type FaultProxy,
  type FaultProxyOptions,
} from './fault-proxy/fault-proxy.ts';
export type { InterceptedAnswer, Interception } from './fault-proxy/interception.ts';
export { type Fault, FaultError } from './faulty-backend/fault.ts';
export {
  createFaultyBackend,
  type FaultyBackend,
  type FaultyMethod,
} from './faulty-backend/faulty-backend.ts';
export { PostgresServer, type PostgresServerOptions } from './postgres-server/postgres-server.ts';
export { freePort } from './redis-server/free-port.ts';
export { RedisServer, type RedisServerOptions } from './redis-server/redis-server.ts';
export { type RunJobOptions, type RunJobResult, runJob } from './run-job/run-job.ts';
export { SmallDisk } from './small-disk/small-disk.ts';
export { WorkerProcesses } from './worker-processes/worker-processes.ts';
