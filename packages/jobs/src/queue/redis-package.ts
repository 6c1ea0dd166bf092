import { createRequire } from 'node:module';
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

let loaded: LoadedPackage | undefined;

/**
 * Loads the Redis package when it is first asked for, at once, so that `createQueue` can be an ordinary function
 * here as it is in the packages it chooses from, and this one can be required.
 */
export function redisPackage(): LoadedPackage {
  loaded ??= load();
  return loaded;
}

function load(): LoadedPackage {
  try {
    // Bundlers that make CommonJS see this call, and take the package along if it is there.
    if (typeof require === 'function') return { module: require('@philjs/jobs-redis') };
    return { module: createRequire(import.meta.url)('@philjs/jobs-redis') as RedisPackage };
  } catch (error) {
    return { error };
  }
}
