import { invalidArgument } from '@philjs/jobs-core/backend';
import { invalidSecret } from '@philjs/jobs-core/internal';
import type { RedisOptions } from 'ioredis';
import { type Client, isCluster } from './client.ts';
import type { Target } from './connect.ts';
import type { RedisAddress } from './redis-options.ts';

/**
 * Reads where to connect to from the option or, without one, from the environment. Does no I/O.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`; it never holds the password
 */
export function readTarget(
  address: RedisAddress | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Target {
  if (address === undefined) return { kind: 'server', options: fromEnvironment(env) };
  if (typeof address === 'string') return { kind: 'server', options: fromUrl('redis', address) };
  if (typeof address !== 'object' || address === null || Array.isArray(address)) {
    const expected = 'a URL, ioredis options, or an ioredis client or Cluster';
    throw invalidSecret('redis', expected, typeof address);
  }
  return isClient(address)
    ? fromClient(address)
    : { kind: 'server', options: fromOptions(address) };
}

/** Returns the address of one server, without its password; `undefined` for a cluster. */
export function addressOf(target: Target): string | undefined {
  if (target.kind === 'client') {
    const { client } = target;
    return isCluster(client) ? undefined : addressOf({ kind: 'server', options: client.options });
  }
  const { host = '127.0.0.1', port = 6379, path, db = 0, sentinels, name } = target.options;
  if (sentinels && sentinels.length > 0) {
    const hosts = sentinels.map((one) => `${one.host ?? '127.0.0.1'}:${one.port ?? 26_379}`);
    return `${hosts.join()}/${name}/${db}`;
  }
  return `${path ?? `${host}:${port}`}/${db}`;
}

function fromEnvironment(env: Readonly<Record<string, string | undefined>>): RedisOptions {
  if (env['REDIS_URL']) return fromUrl('REDIS_URL', env['REDIS_URL']);
  const { REDIS_HOST, REDIS_PORT, REDIS_USERNAME, REDIS_PASSWORD, REDIS_DB } = env;
  return {
    host: REDIS_HOST ? checkHost('REDIS_HOST', REDIS_HOST) : '127.0.0.1',
    port: REDIS_PORT ? checkPort('REDIS_PORT', Number(REDIS_PORT), REDIS_PORT) : 6379,
    ...(REDIS_USERNAME && { username: REDIS_USERNAME }),
    ...(REDIS_PASSWORD && { password: REDIS_PASSWORD }),
    ...(REDIS_DB && { db: checkDb('REDIS_DB', Number(REDIS_DB), REDIS_DB) }),
  };
}

function fromUrl(field: string, text: string): RedisOptions {
  const expected = 'a URL such as `redis://127.0.0.1:6379` or `rediss://user:password@host:6380/0`';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // The text is not shown: it may hold a password.
    throw invalidSecret(
      field,
      expected,
      'something that is no URL (or whose port is out of range)',
    );
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    throw invalidSecret(field, expected, `a URL of \`${url.protocol}//\``);
  }
  const db = url.pathname.length > 1 ? url.pathname.slice(1) : url.searchParams.get('db');
  return {
    host: url.hostname.replace(/^\[|\]$/g, '') || '127.0.0.1',
    port: url.port === '' ? 6379 : checkPort(field, Number(url.port), url.port),
    ...(url.username && { username: decode(field, url.username) }),
    ...(url.password && { password: decode(field, url.password) }),
    ...(db && { db: checkDb(field, Number(db), db, 'a URL that ends with a database number') }),
    ...(url.protocol === 'rediss:' && { tls: {} }),
  };
}

function fromOptions(given: RedisOptions): RedisOptions {
  // Callers without types may have given a `url`.
  const options = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as RedisOptions & { readonly url?: unknown };
  refuseKeyPrefix(options.keyPrefix);
  if (options.url !== undefined) {
    throw invalidSecret('redis.url', "given as `redis: 'redis://…'`", 'an option of that name');
  }
  if (options.host !== undefined) checkHost('redis.host', options.host);
  if (options.port !== undefined) checkPort('redis.port', options.port, options.port);
  if (options.db !== undefined) checkDb('redis.db', options.db, options.db);
  if (options.sentinels !== undefined && !Array.isArray(options.sentinels)) {
    throw invalidSecret('redis.sentinels', 'a list of hosts and ports', typeof options.sentinels);
  }
  if (options.password !== undefined && typeof options.password !== 'string') {
    throw invalidSecret('redis.password', 'a string', typeof options.password);
  }
  return options;
}

function fromClient(client: Client): Target {
  // Clients of other packages have much the same methods, but not this one.
  if (typeof client.defineCommand !== 'function') {
    throw invalidSecret('redis', 'an ioredis client or Cluster', 'another kind of client');
  }
  refuseKeyPrefix(client.options.keyPrefix);
  return { kind: 'client', client };
}

function isClient(value: object): value is Client {
  return ['connect', 'disconnect', 'duplicate'].every(
    // Any object may be asked for any property.
    (method) => typeof (value as Record<string, unknown>)[method] === 'function',
  );
}

function refuseKeyPrefix(keyPrefix: unknown): void {
  if (keyPrefix === undefined || keyPrefix === '') return;
  const expected = 'left out, since scripts would miss its keys';
  throw invalidArgument('redis.keyPrefix', expected, keyPrefix, 'Use the option `prefix` instead.');
}

function decode(field: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    const expected = 'a URL whose user and password are percent-encoded (`%` is `%25`)';
    throw invalidSecret(field, expected, 'one that holds a `%` followed by something else');
  }
}

/** A whole URL in place of a host is not shown: it may hold a password. */
function checkHost(field: string, host: unknown): string {
  if (typeof host === 'string' && /^[^\s/@]+$/.test(host)) return host;
  const got = typeof host === 'string' && host !== '' ? 'something else' : `\`${String(host)}\``;
  throw invalidSecret(field, 'a host name or an IP address, no URL', got);
}

function checkPort(field: string, port: unknown, shown: unknown): number {
  if (isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw invalidSecret(field, 'a port from 1 to 65535', show(shown));
}

function checkDb(field: string, db: unknown, shown: unknown, what = 'a database number'): number {
  if (isInteger(db) && db >= 0) return db;
  throw invalidSecret(field, `${what}, 0 or higher`, show(shown));
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

/** Shows a value that should be a number, and not what may be an address with a password. */
function show(value: unknown): string {
  const text = String(value);
  return /^[\w.+-]{0,20}$/.test(text) ? `\`${text}\`` : 'something else';
}
