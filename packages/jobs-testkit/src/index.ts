/**
 * What tests of jobs need: a virtual clock, helpers, and the suite a backend must pass.
 *
 * @packageDocumentation
 */

export { describeBackend } from './backend-suite/describe-backend.ts';
export { createTestClock, type TestClock } from './clock/test-clock.ts';
export {
  createFaultProxy,
  type FaultProxy,
  type FaultProxyOptions,
} from './fault-proxy/fault-proxy.ts';
export type { InterceptedAnswer, Interception } from './fault-proxy/interception.ts';
export { describeQueue } from './queue-suite/describe-queue.ts';
export { freePort } from './redis-server/free-port.ts';
export { RedisServer, type RedisServerOptions } from './redis-server/redis-server.ts';
export type { CreateBackend, SkippedTest, SuiteOptions } from './suite/suite-options.ts';
