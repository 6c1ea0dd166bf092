import type { OpenTransaction } from '@philjs/jobs-core/backend';

/** A row that was read. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs statements: a pool or a client of `pg`, PGlite, or an adapter for another client. */
export interface Queryable {
  /** Runs one statement with its values. */
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** Receives notifications. */
export interface Hearing {
  /** Gets the payload of each notification. */
  readonly onNotification: (payload: string) => void;
  /** Called when notifications may have been missed. */
  readonly onGap: () => void;
  /** Called with errors of the connection. */
  readonly onError: (error: unknown) => void;
}

/** Connects to one database, for all queues of this process that use it. */
export interface Connection {
  /** Runs one statement. */
  query(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs one statement of a worker's, on connections that handlers cannot take. */
  work(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Begins a transaction, on a connection that the workers' calls do not need. */
  begin(): Promise<OpenTransaction>;
  /** Runs several statements without values. */
  script(text: string): Promise<void>;
  /** Listens to a channel, also again after every outage; returns a function that ends it. */
  listen(channel: string, hearing: Hearing): Promise<() => Promise<void>>;
  /** Closes the connection; a pool or database that the user gave stays open. */
  close(): Promise<void>;
}
