/**
 * What tests of jobs need: a virtual clock, helpers, and the suite a backend must pass.
 *
 * @packageDocumentation
 */

export { createTestClock, type TestClock } from './clock/test-clock.ts';
export {
  createFaultProxy,
  type FaultProxy,
  type FaultProxyOptions,
} from './fault-proxy/fault-proxy.ts';
export type { InterceptedAnswer, Interception } from './fault-proxy/interception.ts';
