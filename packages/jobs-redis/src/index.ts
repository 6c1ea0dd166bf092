/**
 * PhilJS Jobs on Redis: durable, on many machines, through crashes and outages.
 *
 * @packageDocumentation
 */

export { runUntilSignal } from '@philjs/jobs-core';
export type { RunUntilSignalOptions } from '@philjs/jobs-core/backend';
export type { RedisAddress, RedisBackendOptions } from './connection/redis-options.ts';
export { redisBackend } from './redis-backend.ts';
export {
  createQueue,
  createQueues,
  RedisQueue,
  type RedisQueueOptions,
} from './redis-queue.ts';
