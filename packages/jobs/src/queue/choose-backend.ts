import { type BackendFactory, JobsError } from '@philjs/jobs-core';
import { memoryBackend } from '@philjs/jobs-memory';
import { redisPackage } from './redis-package.ts';

/** Says what the choice depends on. */
export interface BackendChoice {
  /** Where Redis is, as given by the caller. */
  readonly redis: string | object | undefined;
  /** What all keys in Redis start with. */
  readonly prefix: string | undefined;
}

/** The backend chosen. */
export interface ChosenBackend {
  /** Which one. */
  readonly kind: 'memory' | 'redis';
  /** Says which and why, for the log. */
  readonly why: string;
  /** Makes it. */
  readonly backend: BackendFactory;
}

/**
 * Chooses Redis when it is asked for, memory otherwise.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED` when Redis is asked for but its package is not installed
 */
export function chooseBackend({ redis, prefix }: BackendChoice): ChosenBackend {
  const { REDIS_URL } = process.env;
  if (redis === undefined && (REDIS_URL === undefined || REDIS_URL === '')) {
    const why = 'PhilJS Jobs: in memory, since neither `redis` nor REDIS_URL is given';
    return { kind: 'memory', why, backend: memoryBackend() };
  }
  const why = redis === undefined ? 'REDIS_URL is set' : '`redis` is given';
  const { module, error } = redisPackage();
  if (module === undefined) {
    throw new JobsError(
      'JOBS_NOT_SUPPORTED',
      `Redis is asked for (${why}), but \`@philjs/jobs-redis\` cannot be loaded. Run \`npm install @philjs/jobs-redis\`.`,
      { cause: error },
    );
  }
  return {
    kind: 'redis',
    why: `PhilJS Jobs: on Redis, since ${why}`,
    backend: module.redisBackend({ redis, prefix }),
  };
}
