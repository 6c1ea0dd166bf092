/** One line a handler logged. */
export interface LogLine {
  /** The time, in epoch milliseconds. */
  readonly at: number;
  /** The attempt that wrote it, counted from 1. */
  readonly attempt: number;
  /** The text, as written. A program that shows it must treat it as hostile data. */
  readonly message: string;
}

/** How many lines the log of a job keeps. */
export const KEPT_LOG_LINES = 1000;

/** Stores what handlers log, readable from any process while the job runs. */
export interface LogStore {
  /** Appends lines to a job's log; the oldest beyond {@link KEPT_LOG_LINES} are dropped. Unknown ids are ignored. */
  append(params: { readonly id: string; readonly lines: readonly LogLine[] }): Promise<void>;
  /**
   * Reads a job's log, oldest line first, from `offset`. An unknown id has an empty log. The log is
   * removed with its job.
   */
  read(params: {
    readonly id: string;
    readonly offset?: number;
    readonly limit?: number;
  }): Promise<{ readonly lines: readonly LogLine[]; readonly total: number }>;
}
