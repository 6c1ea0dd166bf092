import type { RedisContender } from './redis-contender.ts';

/** Names the contenders that run jobs on Redis. */
export type RedisContenderName = 'philjs' | 'bullmq';

/** Loads one contender, and no code of the others. */
export async function loadContender(name: RedisContenderName): Promise<RedisContender> {
  switch (name) {
    case 'philjs':
      return (await import('./jobs-redis.ts')).jobsRedis;
    case 'bullmq':
      return (await import('./bullmq.ts')).bullmq;
  }
}

/** The names of all contenders, ours first. */
export const redisContenders: readonly RedisContenderName[] = ['philjs', 'bullmq'];
