/**
 * PhilJS Jobs on Redis: durable, on many machines, through crashes and outages.
 *
 * @packageDocumentation
 */

export type { RunUntilSignalOptions } from '@philjs/jobs-core';
// The way of a job is drawn at `RedisLeaseStore`, in lease/redis-lease-store.ts. Most of it is lease/exchange-script.ts.
export { runUntilSignal } from '@philjs/jobs-core';
export type { RedisAddress, RedisBackendOptions } from './connection/redis-options.ts';
export { redisBackend } from './redis-backend.ts';
export {
  createQueue,
  createQueues,
  RedisQueue,
  type RedisQueueOptions,
} from './redis-queue.ts';
