/**
 * PhilJS Jobs on Redis: durable, on many machines, through crashes and outages.
 *
 * @packageDocumentation
 */

export { type RunUntilSignalOptions, runUntilSignal } from '@philjs/jobs-core';
export type { RedisAddress, RedisBackendOptions } from './connection/redis-options.ts';
export { createQueue } from './create-queue.ts';
export { createQueues } from './create-queues.ts';
export { redisBackend } from './redis-backend.ts';
export { RedisQueue, type RedisQueueOptions } from './redis-queue.ts';
