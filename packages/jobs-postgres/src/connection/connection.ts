/** A row that was read. */
export type Row = Readonly<Record<string, unknown>>;

/** Anything that runs a statement: a pool or a client of `pg`, PGlite, or what an adapter makes of another one. */
export interface Queryable {
  /** Runs one statement with its values. */
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** Hears notifications. */
export interface Hearing {
  /** Gets the payload of each notification. */
  readonly onNotification: (payload: string) => void;
  /** Is told that notifications may have been missed. */
  readonly onGap: () => void;
  /** Is told about trouble with the connection. */
  readonly onError: (error: unknown) => void;
}

/** Talks to one database, for all queues of this process that use it. */
export interface Connection {
  /** Runs one statement. */
  query(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs several statements without values. */
  script(text: string): Promise<void>;
  /** Hears a channel, after every outage again by itself; returns what ends it. */
  listen(channel: string, hearing: Hearing): Promise<() => Promise<void>>;
  /** Lets go of the database; what the user gave stays open. */
  close(): Promise<void>;
}
