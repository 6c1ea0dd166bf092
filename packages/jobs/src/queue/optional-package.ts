import { createRequire } from 'node:module';
import { type BackendFactory, JobsError } from '@philjs/jobs-core';

/** Describes the used exports of the optional packages. */
interface OptionalPackages {
  redis: {
    redisBackend(options: {
      readonly redis: string | object | undefined;
      readonly prefix: string | undefined;
    }): BackendFactory;
  };
  postgres: {
    postgresBackend(options: {
      readonly postgres: string | object;
      readonly schema: string | undefined;
      readonly migrate: boolean | undefined;
      readonly listen: boolean | undefined;
    }): BackendFactory;
    migrationSql(schema: string, from: number | undefined): string;
  };
  sqlite: {
    sqliteBackend(options: {
      readonly path: string;
      readonly synchronous: 'normal' | 'full' | undefined;
    }): BackendFactory;
  };
}

/** Names the store of an optional package. */
export type OptionalPackage = keyof OptionalPackages;

const NAMES: Readonly<Record<OptionalPackage, { title: string; name: string; install: string }>> = {
  redis: { title: 'Redis', name: '@philjs/jobs-redis', install: '@philjs/jobs-redis' },
  postgres: {
    title: 'PostgreSQL',
    name: '@philjs/jobs-postgres',
    install: '@philjs/jobs-postgres pg',
  },
  sqlite: { title: 'SQLite', name: '@philjs/jobs-sqlite', install: '@philjs/jobs-sqlite' },
};

/**
 * Loads the package of a store synchronously at its first use, so that `createQueue` can be synchronous here as
 * in the packages it chooses from, and this package can be required.
 *
 * @param why - the reason why it is needed, without any address
 * @throws JobsError `JOBS_NOT_SUPPORTED` when it is not installed
 */
export function optionalPackage<K extends OptionalPackage>(
  store: K,
  why: string,
): OptionalPackages[K] {
  try {
    if (typeof require !== 'function') {
      return createRequire(import.meta.url)(NAMES[store].name) as OptionalPackages[K];
    }
    // Bundlers that make CommonJS see these calls, and include installed packages; within `try` they may be missing.
    if (store === 'postgres') return require('@philjs/jobs-postgres');
    if (store === 'sqlite') return require('@philjs/jobs-sqlite');
    return require('@philjs/jobs-redis');
  } catch (cause) {
    const { title, name, install } = NAMES[store];
    const message = `${title} is asked for (${why}), but \`${name}\` cannot be loaded. Run \`npm install ${install}\`.`;
    throw new JobsError('JOBS_NOT_SUPPORTED', message, { cause });
  }
}
