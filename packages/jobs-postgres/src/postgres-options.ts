import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkOptions, invalidSecret } from '@philjs/jobs-core/internal';
import { hostsOf } from './connection/hosts-of.ts';
import { isPgLite, isPool } from './connection/pg-types.ts';
import { checkSchema } from './schema/check-schema.ts';

/** Matches how a URL of PostgreSQL begins. */
const SCHEME = /^postgres(ql)?:\/\//i;

/** Where the database is: a URL, the configuration of a pool of `pg`, such a pool, or a PGlite database. */
export type PostgresTarget = string | object;

/** Configures where the jobs are stored. */
export interface PostgresBackendOptions {
  /**
   * Where the database is: a URL, the configuration of a pool of `pg`, a pool of yours (it stays open), or a
   * PGlite database. A URL may name several hosts, of which the one that accepts writes is used:
   * `postgres://one:5432,two:5432/shop`. @default the environment's `DATABASE_URL`, else `postgres://localhost:5432`
   */
  readonly postgres?: PostgresTarget | undefined;
  /** The schema of its tables; it is made if it does not exist. @default 'philjs_jobs' */
  readonly schema?: string | undefined;
  /** Whether the tables are made and brought up to date when the queue is opened. @default true */
  readonly migrate?: boolean | undefined;
  /**
   * Whether to receive changes by LISTEN, over one connection for all queues of the process. Set `false` behind
   * a pooler that gives each transaction another connection: workers then look every 200 ms, and there are no
   * events. @default true
   */
  readonly listen?: boolean | undefined;
}

/** The names of {@link PostgresBackendOptions}. */
export const POSTGRES_OPTION_NAMES: readonly string[] = ['postgres', 'schema', 'migrate', 'listen'];

/** Options that were checked. */
export interface PostgresOptions {
  readonly target: PostgresTarget;
  readonly schema: string;
  readonly migrate: boolean;
  readonly listen: boolean;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkPostgresOptions(options: PostgresBackendOptions): PostgresOptions {
  checkOptions('postgresBackend', options, POSTGRES_OPTION_NAMES);
  const { schema = 'philjs_jobs', migrate = true, listen = true } = options;
  const target = options.postgres ?? (process.env['DATABASE_URL'] || 'postgres://localhost:5432');
  checkTarget(target);
  checkSchema(schema);
  if (typeof migrate !== 'boolean') throw invalidArgument('migrate', 'a boolean', migrate);
  if (typeof listen !== 'boolean') throw invalidArgument('listen', 'a boolean', listen);
  if (listen) checkRoom(target);
  return { target, schema, migrate, listen };
}

function checkTarget(target: unknown): void {
  const expected =
    'a postgres:// URL, the configuration of a pool, a pool of `pg` or a PGlite database';
  if (typeof target === 'string') {
    checkUrl('postgres', expected, target);
    return;
  }
  if (typeof target === 'object' && target !== null) {
    if (isPool(target) || isPgLite(target)) return;
    if (!('query' in target)) {
      checkPlace(target);
      const { connectionString } = target as { readonly connectionString?: unknown };
      // `pg` takes the path of a socket, too.
      if (typeof connectionString === 'string' && SCHEME.test(connectionString)) {
        checkUrl('postgres.connectionString', 'a postgres:// URL', connectionString);
      }
      return;
    }
    throw invalidSecret('postgres', expected, 'a client, which is one connection. Give its pool');
  }
  throw invalidArgument('postgres', expected, target);
}

/**
 * Checks the host and the port of a configuration; `pg` has defaults for what is empty. An address in their place is not
 * shown: it may hold a password.
 */
function checkPlace({ host, port }: { readonly host?: unknown; readonly port?: unknown }): void {
  const isHost = typeof host === 'string' && /^(\/.*|[^\s/@]+)$/.test(host);
  if (host && !isHost) {
    const expected = 'a host name, an IP address or the folder of a socket';
    throw invalidSecret('postgres.host', expected, 'something else. Give a URL as `postgres`');
  }
  const isPort = /^\d{1,5}$/.test(String(port)) && Number(port) <= 65_535;
  if (!port || isPort) return;
  const got = typeof port === 'number' ? `\`${port}\`` : 'something else';
  throw invalidSecret('postgres.port', 'a port from 1 to 65535', got);
}

/** Ensures that the pool of a configuration has a connection besides the one that listens. */
function checkRoom(target: PostgresTarget): void {
  if (typeof target === 'string' || isPool(target)) return;
  // Only what is looked at here: anything else may be in a configuration.
  const { max } = target as { readonly max?: unknown };
  if (typeof max !== 'number' || max > 1) return;
  const advice = 'One connection listens for changes. Say `listen: false` to do without it.';
  throw invalidArgument('postgres', 'a pool of 2 connections or more', max, advice);
}

/** Checks a URL as `pg` reads it. No error quotes it: it may hold a password. */
function checkUrl(field: string, expected: string, url: string): void {
  if (!SCHEME.test(url)) {
    throw invalidSecret(field, expected, 'a text that does not begin with postgres://');
  }
  if (hostsOf(url).every(canBeRead)) return;
  const advice =
    'Its port is no number, or a character of the password has to be encoded: `encodeURIComponent(password)`';
  throw invalidSecret(field, expected, `a URL that cannot be read. ${advice}`);
}

/** `pg` encodes spaces and lone percent signs, and allows no host after a user. */
function canBeRead(url: string): boolean {
  const whole = url.replace('@/', '@localhost/');
  return URL.canParse(whole) || URL.canParse(encodeURI(whole));
}
