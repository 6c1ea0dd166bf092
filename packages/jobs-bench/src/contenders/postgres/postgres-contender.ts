import type { MailPayload } from '../memory/memory-contender.ts';

/** The options for setting up a contender. */
export interface PostgresSetup {
  /** An empty database. */
  readonly url: string;
  readonly concurrency: number;
  /** Is called when the handler of a job starts. */
  readonly onStart: () => void;
}

/** Drives a contender's queue and its worker, whose handler does nothing. */
export interface PostgresRun {
  /** Stores one job. */
  enqueue(payload: MailPayload): Promise<unknown>;
  /** Stores many jobs in one call. */
  enqueueMany(payloads: readonly MailPayload[]): Promise<unknown>;
  /** Starts the worker. */
  start(): Promise<void>;
  /** Ends the worker and the connections. */
  close(): Promise<void>;
}

/** Sets up a queue; resolves once its tables are made. */
export type PostgresContender = (setup: PostgresSetup) => Promise<PostgresRun>;
