import type { Explanation, JobStatus, SerializedError } from '@philjs/jobs-core';

/** Holds a text that may have been cut. */
export interface CutText {
  readonly text: string;
  readonly cut: boolean;
}

/** One line of a job's log; the time is in epoch milliseconds. */
export interface LogRow {
  readonly at: number;
  readonly message: string;
}

/** Holds the facts known about one attempt. */
export interface AttemptRow {
  readonly attempt: number;
  /** Set when it failed and another attempt followed, but its error is unknown or too long for the page. */
  readonly wasRepeated?: true;
  readonly lines: readonly LogRow[];
  /** The error it failed with. */
  readonly error?: SerializedError;
  /** The process that ran it; known for the latest attempt and for those that failed. */
  readonly worker?: string;
  /** Set for the latest attempt while it runs, and when it completed. */
  readonly state?: 'active' | 'completed';
  /** When it failed, in epoch milliseconds. */
  readonly failedAt?: number;
  /** How long it ran, in milliseconds, if it has ended. */
  readonly ranMs?: number;
}

/** Holds the data of a job's page. Times are epoch milliseconds; all values are masked. */
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
  readonly timeoutMs?: number;
  readonly tags?: readonly string[];
  /** How many jobs it waits for, and how many of those are still open. */
  readonly waitsFor?: { readonly total: number; readonly open: number };
  /** The last job of the workflow from whose page this one was reached. */
  readonly of?: { readonly queue: string; readonly id: string };
  /** Where it stands in the order of its queue, while it waits. */
  readonly place?: string;
  /** The facts that the order of its queue sorts it by, in words. */
  readonly order?: string;
  readonly payload: CutText;
  readonly result?: CutText;
  readonly metadata?: CutText;
  readonly reasons: readonly {
    readonly reason: Explanation['reasons'][number]['reason'];
    readonly message: string;
    readonly until?: number;
  }[];
  /** The attempts of which any fact is known, the latest first. */
  readonly attempts: readonly AttemptRow[];
  /** How many lines the log has; of a long one, the page shows only the last. */
  readonly logTotal: number;
  /** Whether values are unmasked, because a user with that permission asked for it. */
  readonly revealed: boolean;
}
