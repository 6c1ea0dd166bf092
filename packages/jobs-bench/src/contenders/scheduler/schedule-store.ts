import type { Clock, IQueue, JobDefinition } from '@philjs/jobs-core';

/** Names the store of the schedules. */
export type ScheduleStoreName = 'memory' | 'redis';

/** The timeout of backend calls; its timers must have ended before the benchmark counts timers. */
export const BACKEND_TIMEOUT_MS = 5_000;

/** Makes the queue of a scheduler on one of the stores; loads no code of the other. */
export async function openQueue(
  store: ScheduleStoreName,
  redisPort: number,
  options: { readonly jobs: readonly JobDefinition[]; readonly clock?: Clock },
): Promise<IQueue> {
  const common = { ...options, concurrency: 16, backendTimeout: BACKEND_TIMEOUT_MS };
  if (store === 'memory') {
    const { createQueue } = await import('@philjs/jobs-memory');
    return createQueue(common);
  }
  const { createQueue } = await import('@philjs/jobs-redis');
  return createQueue({ ...common, redis: { host: '127.0.0.1', port: redisPort } });
}

/** Empties the server, if the store has one. */
export async function clearStore(store: ScheduleStoreName, redisPort: number): Promise<void> {
  if (store === 'memory') return;
  const { RedisMeter } = await import('../../harness/redis-meter.ts');
  const meter = new RedisMeter(redisPort);
  await meter.clear();
  meter.close();
}
