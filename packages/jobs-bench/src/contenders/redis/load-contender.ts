import type { RedisContender } from './redis-contender.ts';

/** Names the contenders that run jobs on Redis. */
export type RedisContenderName = 'philjs' | 'bullmq' | 'bee-queue' | 'groupmq';

/** Loads one contender, and no code of the others. */
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

/** The names of all contenders, ours first. */
export const redisContenders: readonly RedisContenderName[] = [
  'philjs',
  'bullmq',
  'bee-queue',
  'groupmq',
];
