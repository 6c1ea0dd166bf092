import type { MailPayload } from '../memory/memory-contender.ts';

/** Says how a contender is to be set up. */
export interface RedisSetup {
  readonly port: number;
  readonly concurrency: number;
  /** Is called when the handler of a job starts. */
  readonly onStart: () => void;
}

/** A queue of a contender and a worker for it, with a handler that does nothing. */
export interface RedisRun {
  /** Stores one job. */
  enqueue(payload: MailPayload): Promise<unknown>;
  /** Stores many in one call, where the contender can. */
  enqueueMany?(payloads: readonly MailPayload[]): Promise<unknown>;
  /** Starts the worker. */
  start(): Promise<void>;
  /** Ends the worker and the connections. */
  close(): Promise<void>;
}

/** Sets up a queue; resolves once it is connected. */
export type RedisContender = (setup: RedisSetup) => Promise<RedisRun>;
