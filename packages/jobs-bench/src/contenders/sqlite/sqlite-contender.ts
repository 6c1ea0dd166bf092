import type { MailPayload } from '../memory/memory-contender.ts';

/** The options for setting up a contender. */
export interface SqliteSetup {
  /** The file, which does not exist yet. */
  readonly path: string;
  readonly concurrency: number;
  /** Is called when the handler of a job starts. */
  readonly onStart: () => void;
}

/** Drives a contender's queue and its worker, whose handler does nothing. */
export interface SqliteRun {
  /** Stores one job. */
  enqueue(payload: MailPayload): Promise<unknown>;
  /** Stores many jobs in one call. */
  enqueueMany(payloads: readonly MailPayload[]): Promise<unknown>;
  /** Starts the worker. */
  start(): Promise<void>;
  /** Ends the worker and closes the file. */
  close(): Promise<void>;
}

/** Sets up a queue; resolves once its tables are made. */
export type SqliteContender = (setup: SqliteSetup) => Promise<SqliteRun>;
