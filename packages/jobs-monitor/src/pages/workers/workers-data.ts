import type { AwayRow } from '../of-each.ts';

/** Holds a worker's row. Times are epoch milliseconds. */
export interface WorkerRow {
  readonly queue: string;
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly concurrency: number;
  /** The jobs it knows, with the version of each. */
  readonly jobs: readonly string[];
  readonly startedAt: number;
  readonly seenAt: number;
}

/** Holds the data of the workers page. */
export interface WorkersData {
  readonly workers: readonly WorkerRow[];
  /** The queues without a worker that need one. */
  readonly without: readonly string[];
  /** The queues without a worker that need none now. */
  readonly idle: readonly string[];
  /** The queues whose store is away. */
  readonly away: readonly AwayRow[];
  /** The queues whose backend does not list workers. */
  readonly unlisted: readonly string[];
  /** How many jobs run now, by queue and name. */
  readonly running: readonly {
    readonly queue: string;
    readonly name: string;
    readonly count: number;
  }[];
}
