import { type BackendFactory, JobsError } from '@philjs/jobs-core';
import { memoryBackend } from '@philjs/jobs-memory';
import { optionalPackage } from './optional-package.ts';

/** The options that choose the store of the jobs. */
export interface StoreOptions {
  /**
   * The Redis to use: a URL, ioredis options, or an ioredis client or Cluster. Needs `@philjs/jobs-redis`.
   * @default the environment's `REDIS_URL`
   */
  readonly redis?: string | object | undefined;
  /** The prefix of all keys in Redis; see `@philjs/jobs-redis`. Has no effect elsewhere. @default 'philjs' */
  readonly prefix?: string | undefined;
  /**
   * The PostgreSQL to use: a URL, the configuration of a pool of `pg`, such a pool, or a PGlite database. Needs
   * `@philjs/jobs-postgres`. @default the environment's `DATABASE_URL`, if it begins with `postgres:` or `postgresql:`
   */
  readonly postgres?: string | object | undefined;
  /** The schema in PostgreSQL; see `@philjs/jobs-postgres`. Has no effect elsewhere. @default 'philjs_jobs' */
  readonly schema?: string | undefined;
  /** Whether to make the tables in PostgreSQL; see `@philjs/jobs-postgres`. Has no effect elsewhere. @default true */
  readonly migrate?: boolean | undefined;
  /** Whether PostgreSQL announces changes; see `@philjs/jobs-postgres`. Has no effect elsewhere. @default true */
  readonly listen?: boolean | undefined;
  /**
   * The SQLite file. Needs `@philjs/jobs-sqlite`. @default the path after `sqlite:` in the environment's
   * `DATABASE_URL`, as in `sqlite:./jobs.sqlite`
   */
  readonly path?: string | undefined;
  /** Whether SQLite waits for the disk; see `@philjs/jobs-sqlite`. Has no effect elsewhere. @default 'normal' */
  readonly synchronous?: 'normal' | 'full' | undefined;
}

/** The names of {@link StoreOptions}. */
export const STORE_OPTION_NAMES: readonly string[] = [
  ...['redis', 'prefix'],
  ...['postgres', 'schema', 'migrate', 'listen'],
  ...['path', 'synchronous'],
];

/** Says whose the further options of a store are, by their names in lower case. */
export const STORE_OPTION_HINTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'jobs-redis': ['hashTag', 'enqueueTimeout', 'maxEvents'],
    'jobs-sqlite': ['driver'],
    'jobs-memory': ['store', 'nonAtomicTransactions'],
  }).flatMap(([name, options]) =>
    options.map((option) => [
      option.toLowerCase(),
      `it is an option of \`createQueue\` of \`@philjs/${name}\``,
    ]),
  ),
);

/** Describes the chosen backend. */
export interface ChosenBackend {
  /** The kind of backend. */
  readonly kind: 'memory' | 'redis' | 'postgres' | 'sqlite' | 'remote';
  /** A line for the log with the choice and its reason, without any address. */
  readonly why: string;
  /** Makes the backend. */
  readonly backend: BackendFactory;
}

/**
 * Chooses the backend by the first address of: the option, `PHILJS_JOBS_URL`, `REDIS_URL`, `DATABASE_URL`. Without any
 * it chooses memory.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when options name several, or a server has no token; `JOBS_NOT_SUPPORTED`
 * when the package of the chosen one is not installed, `JOBS_BACKEND_UNAVAILABLE` when it cannot be loaded
 */
export function chooseBackend(options: StoreOptions): ChosenBackend {
  const { redis, postgres, path } = options;
  const given = Object.entries({ redis, postgres, path }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length > 1) {
    const names = given.map(([name]) => `\`${name}\``).join(' and ');
    const message = `Expected one of \`redis\`, \`postgres\` and \`path\`, got ${names}. A queue has one store.`;
    throw new JobsError('JOBS_INVALID_ARGUMENT', message);
  }
  if (redis !== undefined) return onRedis(options, '`redis` is given');
  if (postgres !== undefined) return onPostgres(postgres, options, '`postgres` is given');
  if (path !== undefined) return onSqlite(path, options, '`path` is given');
  return byEnvironment(options);
}

function byEnvironment(options: StoreOptions): ChosenBackend {
  const { PHILJS_JOBS_URL, REDIS_URL, DATABASE_URL = '' } = process.env;
  if (PHILJS_JOBS_URL) return onServer(PHILJS_JOBS_URL, 'PHILJS_JOBS_URL is set');
  if (REDIS_URL) return onRedis(options, 'REDIS_URL is set');
  const why = 'DATABASE_URL is set';
  if (/^postgres(ql)?:/i.test(DATABASE_URL)) return onPostgres(DATABASE_URL, options, why);
  const path = sqlitePath(DATABASE_URL);
  if (path !== undefined) return onSqlite(path, options, why);
  const unlike = DATABASE_URL === '' ? '' : ' that begins with `postgres:` or `sqlite:`';
  return {
    kind: 'memory',
    why: `PhilJS Jobs: in memory, since no option, PHILJS_JOBS_URL, REDIS_URL or DATABASE_URL${unlike} says where else`,
    backend: memoryBackend(),
  };
}

/** Returns the path in an address such as `sqlite:./jobs.sqlite`; `undefined` for every other address. */
export function sqlitePath(url: string): string | undefined {
  return /^sqlite:(?:\/\/)?(.*)$/is.exec(url)?.[1];
}

function onRedis({ redis, prefix }: StoreOptions, why: string): ChosenBackend {
  const backend = optionalPackage('redis', why).redisBackend({ redis, prefix });
  return { kind: 'redis', why: `PhilJS Jobs: on Redis, since ${why}`, backend };
}

function onPostgres(postgres: string | object, options: StoreOptions, why: string): ChosenBackend {
  const { schema, migrate, listen } = options;
  const { postgresBackend } = optionalPackage('postgres', why);
  const backend = postgresBackend({ postgres, schema, migrate, listen });
  return { kind: 'postgres', why: `PhilJS Jobs: on PostgreSQL, since ${why}`, backend };
}

function onSqlite(path: string, { synchronous }: StoreOptions, why: string): ChosenBackend {
  const backend = optionalPackage('sqlite', why).sqliteBackend({ path, synchronous });
  return { kind: 'sqlite', why: `PhilJS Jobs: in a SQLite file, since ${why}`, backend };
}

/** Chooses a server of queues. */
export function onServer(url: string, why: string): ChosenBackend {
  const token = process.env['PHILJS_JOBS_TOKEN']?.trim();
  if (!token) {
    const message =
      'Expected PHILJS_JOBS_TOKEN to hold a token of the server, since the jobs are there. The command line also takes --token-file FILE.';
    throw new JobsError('JOBS_INVALID_ARGUMENT', message, {
      details: { field: 'PHILJS_JOBS_TOKEN' },
    });
  }
  const backend = optionalPackage('remote', why).remoteBackend({ url, token });
  return { kind: 'remote', why: `PhilJS Jobs: on a server, since ${why}`, backend };
}
