import type { RedisContender } from './redis-contender.ts';

/** Names those who run jobs on Redis. */
export type RedisContenderName = 'philjs' | 'bullmq' | 'bee-queue' | 'groupmq';

/** Loads one of them, and nothing of the others. */
export async function loadContender(name: RedisContenderName): Promise<RedisContender> {
  switch (name) {
    case 'philjs':
      return (await import('./jobs-redis.ts')).jobsRedis;
    case 'bullmq':
      return (await import('./bullmq.ts')).bullmq;
    case 'bee-queue':
      return (await import('./bee-queue.ts')).beeQueue;
    case 'groupmq':
      return (await import('./groupmq.ts')).groupmq;
  }
}

/** All of them, ours first. */
export const redisContenders: readonly RedisContenderName[] = [
  'philjs',
  'bullmq',
  'bee-queue',
  'groupmq',
];
