import type { MailPayload } from '../memory/memory-contender.ts';

/** The options for setting up a contender. */
export interface RedisSetup {
  readonly port: number;
  readonly concurrency: number;
  /** Is called when the handler of a job starts, which ends with the promise that this may return. */
  readonly onStart: () => void;
}

/** Drives a contender's queue and its worker, whose handler does nothing. */
export interface RedisRun {
  /** Stores one job. */
  enqueue(payload: MailPayload): Promise<unknown>;
  /** Stores many jobs in one call, if the contender supports that. */
  enqueueMany?(payloads: readonly MailPayload[]): Promise<unknown>;
  /** Starts the worker. */
  start(): Promise<void>;
  /** Ends the worker and the connections. */
  close(): Promise<void>;
}

/** Sets up a queue; resolves once it is connected. */
export type RedisContender = (setup: RedisSetup) => Promise<RedisRun>;
