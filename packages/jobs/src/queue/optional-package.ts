import { createRequire } from 'node:module';
import { type BackendFactory, type IQueue, JobsError } from '@philjs/jobs-core';

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
    migrate(options: {
      readonly postgres: string;
      readonly schema: string;
      readonly grantTo: string | undefined;
      readonly tries: number | undefined;
      readonly onWait: (waits: readonly { readonly text: string }[]) => void;
    }): Promise<void>;
    migrationSql(schema: string, from: number | undefined, grantTo: string | undefined): string;
  };
  sqlite: {
    sqliteBackend(options: {
      readonly path: string;
      readonly synchronous: 'normal' | 'full' | undefined;
    }): BackendFactory;
  };
  remote: {
    remoteBackend(options: { readonly url: string; readonly token: string }): BackendFactory;
  };
  'remote-server': {
    createRemote(
      queues: { readonly all: readonly IQueue[] },
      options: {
        readonly tokens: readonly unknown[];
        readonly origins: readonly string[];
        readonly redact: readonly string[] | false | undefined;
      },
    ): {
      readonly fetch: (request: Request) => Promise<Response>;
      close(): Promise<void>;
    };
  };
}

/** Names an optional package, or an entry of one. */
export type OptionalPackage = keyof OptionalPackages;

const NAMES: Readonly<Record<OptionalPackage, { title: string; name: string; install: string }>> = {
  redis: { title: 'Redis', name: '@philjs/jobs-redis', install: '@philjs/jobs-redis' },
  postgres: {
    title: 'PostgreSQL',
    name: '@philjs/jobs-postgres',
    install: '@philjs/jobs-postgres pg',
  },
  sqlite: { title: 'SQLite', name: '@philjs/jobs-sqlite', install: '@philjs/jobs-sqlite' },
  remote: {
    title: 'A server of queues',
    name: '@philjs/jobs-remote',
    install: '@philjs/jobs-remote',
  },
  'remote-server': {
    title: 'A server of queues',
    name: '@philjs/jobs-remote/server',
    install: '@philjs/jobs-remote',
  },
};

/** The codes of errors for a package, or one that it needs, that is not installed. */
const MISSING: ReadonlySet<unknown> = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

/**
 * Loads an optional package synchronously at its first use, so that `createQueue` can be synchronous here as
 * in the packages it chooses from, and this package can be required.
 *
 * @param why - the reason why it is needed, without any address
 * @throws JobsError `JOBS_NOT_SUPPORTED` when it is not installed, `JOBS_BACKEND_UNAVAILABLE` when it cannot be loaded
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
    if (store === 'remote') return require('@philjs/jobs-remote');
    if (store === 'remote-server') return require('@philjs/jobs-remote/server');
    return require('@philjs/jobs-redis');
  } catch (cause) {
    throw notLoaded(store, why, cause);
  }
}

/** Makes the error for a package that is not installed, or that cannot be loaded at present. */
export function notLoaded(store: OptionalPackage, why: string, cause: unknown): JobsError {
  const { title, name, install } = NAMES[store];
  const what = `${title} is asked for (${why}), but \`${name}\` cannot be loaded`;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (MISSING.has(code)) {
    const advice = `Run \`npm install ${install}\`. In a bundle, import \`createQueue\` from \`${name}\` itself.`;
    return new JobsError('JOBS_NOT_SUPPORTED', `${what}. ${advice}`, { cause });
  }
  const advice = 'Look at its files, and at how many this process has open (`ulimit -n`).';
  const reason = message.replace(/\.$/, '');
  return new JobsError('JOBS_BACKEND_UNAVAILABLE', `${what}: ${reason}. ${advice}`, { cause });
}
