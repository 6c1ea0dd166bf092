import type { BackendFactory } from '@philjs/jobs-core';

/** What is used of `@philjs/jobs-redis`, which need not be installed. */
interface RedisPackage {
  redisBackend(options: {
    readonly redis: string | object | undefined;
    readonly prefix: string | undefined;
  }): BackendFactory;
}

/** The package if it is installed, or why it could not be loaded. */
interface LoadedPackage {
  readonly module?: RedisPackage;
  readonly error?: unknown;
}

/**
 * Loads the Redis package while this module loads, so that `createQueue` can be an ordinary function
 * here as it is in the packages it chooses from.
 */
async function load(): Promise<LoadedPackage> {
  try {
    return { module: (await import('@philjs/jobs-redis')) as unknown as RedisPackage };
  } catch (error) {
    return { error };
  }
}

/** The Redis package, or why it is not there. */
export const redisPackage: LoadedPackage = await load();
