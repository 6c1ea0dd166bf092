import { JobsError } from '@philjs/jobs-core';
import type { OpenTransaction } from '@philjs/jobs-core/backend';
import type { Connection, Hearing, Row } from './connection.ts';
import { PgListener } from './pg-listener.ts';
import { beginOn } from './pg-transaction.ts';
import type { PgClient, PgPool } from './pg-types.ts';
import { toJobsError } from './to-jobs-error.ts';

/** How long a call waits for a free connection, in milliseconds. */
const TAKEN_MS = 5_000;

/** How long a script takes at most, in milliseconds: the server goes on with one that nobody waits for. */
const UNLIMITED_MS = 2 ** 31 - 1;

/** Hears of the loss of a connection in use, of which its statement tells. Unheard, it would end the process. */
const ignoreLoss = (): void => undefined;

/** The pools of a connection. */
export interface PgPools {
  /** The pool of the callers' statements. */
  readonly pool: PgPool;
  /** The pool of what workers do: another one where handlers may take all connections of the first. */
  readonly beside: PgPool;
  /** Returns the pool of transactions, which handlers hold: never that of what workers do. */
  readonly ofTransactions: () => PgPool;
  /** Is called once the connection is closed. */
  readonly end: () => unknown;
}

/** Connects to a PostgreSQL server through pools of `pg`. */
export class PgConnection implements Connection {
  readonly #pools: PgPools;
  readonly #listener: PgListener;
  #closing: Promise<void> | undefined;

  constructor(pools: PgPools) {
    this.#pools = pools;
    this.#listener = new PgListener(pools.beside);
  }

  query(text: string, values?: readonly unknown[]): Promise<Row[]> {
    return run(this.#pools.pool, text, values);
  }

  work(text: string, values?: readonly unknown[]): Promise<Row[]> {
    return run(this.#pools.beside, text, values);
  }

  async begin(): Promise<OpenTransaction> {
    return beginOn(await take(this.#pools.ofTransactions()));
  }

  async script(text: string): Promise<void> {
    await run(this.#pools.pool, { text, query_timeout: UNLIMITED_MS });
  }

  listen(channel: string, hearing: Hearing): Promise<() => Promise<void>> {
    return this.#listener.listen(channel, hearing);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#listener.close();
    await this.#pools.end();
  }
}

async function run(
  pool: PgPool,
  text: Parameters<PgClient['query']>[0],
  values?: readonly unknown[],
): Promise<Row[]> {
  const client = await take(pool);
  client.on('error', ignoreLoss);
  let isLost = true;
  try {
    const { rows } = await client.query(text, values === undefined ? undefined : [...values]);
    isLost = false;
    return rows as Row[];
  } catch (error) {
    throw toJobsError(error);
  } finally {
    client.off('error', ignoreLoss);
    client.release(isLost);
  }
}

/** Takes a connection. One that comes too late goes back unused: the call was refused, and may have been made again. */
async function take(pool: PgPool): Promise<PgClient> {
  if (!isExhausted(pool)) return pool.connect().catch(refuse(pool));
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const taken = pool.connect().then((client) => {
    if (isOver) client.release();
    return client;
  });
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isOver = true;
      reject(exhausted(pool));
    }, TAKEN_MS);
  });
  return Promise.race([taken, over])
    .catch(refuse(pool))
    .finally(() => clearTimeout(timer));
}

function refuse(pool: PgPool): (error: unknown) => never {
  return (error) => {
    const isPools = error instanceof Error && /timeout exceeded/.test(error.message);
    throw isPools && isExhausted(pool) ? exhausted(pool, error) : toJobsError(error);
  };
}

/** Returns whether each connection of a pool is in use, and it may open no more. */
function isExhausted({ options, totalCount = 0, idleCount = 0 }: PgPool): boolean {
  return idleCount === 0 && totalCount >= (options?.max ?? Number.POSITIVE_INFINITY);
}

function exhausted(pool: PgPool, cause?: Error): JobsError {
  const { max } = pool.options ?? {};
  return new JobsError(
    'JOBS_BACKEND_UNAVAILABLE',
    `No connection to PostgreSQL was free: all ${max} connections of the pool were in use all the time. Nothing was sent; ` +
      'asking again is safe. Give the pool a larger `max`, or hold its connections for a shorter time.',
    { ...(cause !== undefined && { cause }), details: { max } },
  );
}
