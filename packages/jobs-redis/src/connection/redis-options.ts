import type { Cluster, Redis, RedisOptions } from 'ioredis';

/**
 * Chooses the server: a URL (`redis://`, `rediss://`), ioredis options, or an ioredis client or
 * Cluster. A client is only read for its options: it is never used, changed or closed.
 */
export type RedisAddress = string | RedisOptions | Redis | Cluster;

/** Configures where and how the jobs are stored. Every option may be `undefined`. */
export interface RedisBackendOptions {
  /**
   * The server. @default `REDIS_URL`, else `REDIS_HOST`, `REDIS_PORT`, `REDIS_USERNAME`, `REDIS_PASSWORD`
   * and `REDIS_DB`, else `redis://127.0.0.1:6379`
   */
  readonly redis?: RedisAddress | undefined;
  /**
   * The prefix of all keys. It is put in braces unless it contains braces already, so that all keys of a queue are
   * on one node of a Cluster. @default 'philjs'
   */
  readonly prefix?: string | undefined;
  /**
   * Puts {@link RedisBackendOptions.prefix} in braces. Set to `false` to share a queue with BullMQ
   * under a prefix without braces, such as `bull`. @default true
   */
  readonly hashTag?: boolean | undefined;
  /**
   * How long a call waits for the server, in milliseconds, before it rejects. Behind results of a megabyte and more, which
   * go over the same connection, it waits a second longer for each megabyte. @default 2000
   */
  readonly enqueueTimeout?: number | undefined;
  /** How many events BullMQ's stream keeps, roughly. @default 10_000 */
  readonly maxEvents?: number | undefined;
}
