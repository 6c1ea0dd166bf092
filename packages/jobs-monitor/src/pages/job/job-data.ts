import type { Explanation, JobStatus, SerializedError } from '@philjs/jobs-core';

/** A text that may have been cut. */
export interface CutText {
  readonly text: string;
  readonly cut: boolean;
}

/** One line of a job's log; the time is in epoch milliseconds. */
export interface LogRow {
  readonly at: number;
  readonly message: string;
}

/** What is known of one attempt. */
export interface AttemptRow {
  readonly attempt: number;
  /** That it failed and another one followed, but its error is not known or too much for the page. */
  readonly wasRepeated?: true;
  readonly lines: readonly LogRow[];
  /** What it failed with. */
  readonly error?: SerializedError;
  /** Which process ran it, where that is known: of those that failed. */
  readonly worker?: string;
  /** When it failed, in epoch milliseconds. */
  readonly failedAt?: number;
  /** How long it ran, in milliseconds. */
  readonly ranMs?: number;
}

/** What the page of a job shows. Times are epoch milliseconds, everything is masked. */
export interface JobData {
  readonly queue: string;
  readonly id: string;
  readonly name: string;
  readonly status: JobStatus;
  readonly priority: number;
  readonly version: number;
  readonly attemptsMade: number;
  readonly maxAttempts: number;
  readonly fencingToken: number;
  readonly stalledCount: number;
  readonly createdAt: number;
  readonly runAt: number;
  readonly processedAt?: number;
  readonly finishedAt?: number;
  readonly waitMs?: number;
  readonly runMs?: number;
  readonly percent?: number;
  readonly progress?: CutText;
  readonly parentId?: string;
  readonly payload: CutText;
  readonly result?: CutText;
  readonly metadata?: CutText;
  readonly reasons: readonly {
    readonly reason: Explanation['reasons'][number]['reason'];
    readonly message: string;
    readonly until?: number;
  }[];
  /** The attempts of which anything is known, the latest first. */
  readonly attempts: readonly AttemptRow[];
  /** How many lines the log has; more than are shown, if it is long. */
  readonly logTotal: number;
  /** Whether nothing is masked: somebody asked to see it, and may. */
  readonly revealed: boolean;
}
