import type { WorkerRequest } from '@philjs/jobs-core';
import type { AwayRow } from '../of-each.ts';

/** Names a job that runs. */
export interface RunningRow {
  readonly id: string;
  readonly name: string;
  /** When it started, in epoch milliseconds. */
  readonly since: number;
}

/** Holds a worker's row. Times are epoch milliseconds. */
export interface WorkerRow {
  readonly queue: string;
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly concurrency: number;
  /** The jobs it knows, with the version of each. */
  readonly jobs: readonly string[];
  /** How many jobs it runs now, as far as the page read the active ones. */
  readonly busy: number;
  /** The jobs it runs now, the latest first, at most five. */
  readonly runs: readonly RunningRow[];
  /** The request to it, if there is one. */
  readonly asked?: WorkerRequest;
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
