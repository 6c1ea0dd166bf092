import type { PostgresTarget } from '../postgres-options.ts';
import { closingClient } from './closing-client.ts';
import type { Connection } from './connection.ts';
import { hostsOf } from './hosts-of.ts';
import { PgConnection } from './pg-connection.ts';
import { pgNotLoaded } from './pg-not-loaded.ts';
import { isPgLite, isPool, type Pg, type PgClient, type PgPool } from './pg-types.ts';
import { PgLiteConnection } from './pglite-connection.ts';
import { setReadCommitted, type Verify } from './read-committed.ts';
import { WritablePool } from './writable-pool.ts';

/** How long a statement and a connection may take, in milliseconds. */
const TIMES = { connectionTimeoutMillis: 5_000, query_timeout: 30_000, keepAlive: true } as const;
/** How many connections there are beside a pool of the user's: one listens, the others are for the workers' calls. */
const BESIDE = 4;

/** Hears of a connection that was lost: the pool opens another one when it needs it. Unheard, it would end the process. */
const ignoreLoss = (): void => undefined;

/** The clients of users' pools that are heard. */
const heard = new WeakSet<PgClient>();

/** Hears of the loss of a connection that a handler holds between two statements; the next one tells of it. */
const hear = (client: PgClient): void => {
  if (heard.has(client)) return;
  heard.add(client);
  client.on('error', ignoreLoss);
};

interface Shared {
  readonly connection: Promise<Connection>;
  users: number;
}

const shared = new Map<unknown, Shared>();

/**
 * Opens the connection to a target, which all backends of this process share until each has closed it.
 *
 * @param keepsSettings - whether no pooler is expected before the server, so that connections may be made read committed;
 * where there is one all the same, nothing is set
 */
export async function openConnection(
  target: PostgresTarget,
  keepsSettings: boolean,
): Promise<Connection> {
  const key =
    typeof target === 'object' && (isPool(target) || isPgLite(target))
      ? target
      : JSON.stringify([target, keepsSettings]);
  const known = shared.get(key) ?? { connection: connect(target, keepsSettings), users: 0 };
  shared.set(key, known);
  known.users += 1;
  let released = false;
  const release = async (): Promise<void> => {
    if (released) return;
    released = true;
    known.users -= 1;
    if (known.users > 0) return;
    shared.delete(key);
    await (await known.connection).close();
  };
  try {
    const connection = await known.connection;
    return {
      query: (text, values) => connection.query(text, values),
      work: (text, values) => connection.work(text, values),
      begin: () => connection.begin(),
      script: (text) => connection.script(text),
      listen: (channel, hearing) => connection.listen(channel, hearing),
      close: release,
    };
  } catch (error) {
    shared.delete(key);
    throw error;
  }
}

async function connect(target: PostgresTarget, keepsSettings: boolean): Promise<Connection> {
  if (isPgLite(target)) return new PgLiteConnection(target);
  const pg = await importPg();
  const Client = closingClient(pg.Client);
  const verifying = keepsSettings ? { verify: setReadCommitted } : {};
  const open = (own: object): PgPool => {
    const pool = new pg.Pool({
      application_name: 'philjs-jobs',
      Client,
      ...TIMES,
      ...verifying,
      ...own,
    });
    pool.on('error', ignoreLoss);
    return pool;
  };
  if (isPool(target)) {
    target.on('error', ignoreLoss);
    target.on('acquire', hear);
    const beside = open({ ...configurationOf(target), max: BESIDE, min: 0 });
    const end = async (): Promise<void> => {
      target.off('error', ignoreLoss);
      target.off('acquire', hear);
      await beside.end();
    };
    return new PgConnection({ pool: target, beside, ofTransactions: () => target, end });
  }
  const openHosts = (url: string): PgPool => {
    const hosts = hostsOf(url);
    if (hosts.length === 1) return open({ connectionString: url });
    return new WritablePool(hosts, (connectionString, verify) =>
      open({ connectionString, verify: keepsSettings ? both(verify, setReadCommitted) : verify }),
    );
  };
  const openPool = (): PgPool => (typeof target === 'string' ? openHosts(target) : open(target));
  const pool = openPool();
  let held: PgPool | undefined;
  const ofTransactions = (): PgPool => {
    held ??= openPool();
    return held;
  };
  const end = (): Promise<unknown> => Promise.all([pool.end(), held?.end()]);
  return new PgConnection({ pool, beside: pool, ofTransactions, end });
}

/** Returns how a pool connects. A spread would leave the password out. */
function configurationOf({ options }: PgPool): object {
  const { password } = (options ?? {}) as { readonly password?: unknown };
  return { ...options, ...(password !== undefined && { password }) };
}

function both(first: Verify, second: Verify): Verify {
  return (client, done) => {
    first(client, (error) => (error === undefined ? second(client, done) : done(error)));
  };
}

async function importPg(): Promise<Pg> {
  try {
    const { default: pg } = await import('pg');
    return pg as unknown as Pg;
  } catch (error) {
    throw pgNotLoaded(error);
  }
}
