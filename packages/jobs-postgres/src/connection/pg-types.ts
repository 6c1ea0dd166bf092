import type { Queryable } from './connection.ts';

/** The part of a client of `pg` that is used. */
export interface PgClient extends Queryable {
  /** The process of the server, as it told when the connection was opened. */
  readonly processID?: number | null;
  /** Whether no statement is under way. */
  readonly readyForQuery?: boolean;
  /** Returns the state that the server told last: `I` outside a transaction. Older versions of `pg` lack it. */
  getTransactionStatus?(): string | null;
  /** Runs a statement, or several without values: with `query_timeout` for as many milliseconds. */
  query(
    text: string | { readonly text: string; readonly query_timeout: number },
    values?: unknown[],
  ): ReturnType<Queryable['query']>;
  on(
    event: 'notification',
    listener: (message: { channel: string; payload?: string }) => void,
  ): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  removeAllListeners(event?: string): unknown;
  release(destroy?: boolean): void;
}

/** The part of a pool of `pg` that is used. */
export interface PgPool extends Queryable {
  /** How it was configured. */
  readonly options?: { readonly max?: number };
  /** How many connections it has, and how many of these are not in use. */
  readonly totalCount?: number;
  readonly idleCount?: number;
  connect(): Promise<PgClient>;
  end(): Promise<void>;
}

/** A pool that tells of the idle connections it lost, and of those it gives away. */
export interface TellingPool extends PgPool {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'acquire', listener: (client: PgClient) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'acquire', listener: (client: PgClient) => void): unknown;
}

/** The part of a client of `pg` that connects. */
export interface ConnectingClient {
  readonly connection: { readonly stream: { destroy(): void } };
  connect(done: (error?: Error) => void): void;
}

/** The class of the clients of `pg`. */
export type ConnectingClients = new (config: object) => ConnectingClient;

/** The part of the module `pg` that is used. */
export interface Pg {
  readonly Client: ConnectingClients;
  readonly Pool: new (config: object) => TellingPool;
}

/** The part of PGlite that is used. */
export interface PgLite extends Queryable {
  exec(text: string): Promise<unknown>;
  transaction(work: (tx: Queryable) => Promise<void>): Promise<unknown>;
  listen(channel: string, callback: (payload: string) => void): Promise<() => Promise<void>>;
}

/** Returns whether a value is a pool of `pg`. */
export function isPool(value: unknown): value is TellingPool {
  return isQueryable(value) && 'connect' in value && 'totalCount' in value;
}

/** Returns whether a value is PGlite. */
export function isPgLite(value: unknown): value is PgLite {
  return isQueryable(value) && 'exec' in value && 'listen' in value;
}

/** Returns whether statements can be run through a value. */
export function isQueryable(value: unknown): value is Queryable {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { query?: unknown }).query === 'function'
  );
}
