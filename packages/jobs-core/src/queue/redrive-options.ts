import type { DeadLetter } from './dead-letters.ts';
import type { IQueue } from './queue-interface.ts';
import type { StepChoice } from './retry-options.ts';

/** Says how dead letters are redriven. */
export interface RedriveOptions extends StepChoice {
  /** How many go back first; the others follow when these have ended. 1 to 1,000. @default 5 */
  readonly canary?: number | undefined;
  /** The share of those that ended, from 0 to 1, above which it stops. @default 0.2 */
  readonly stopAbove?: number | undefined;
  /** How many go back in a minute, after the canary. @default no limit */
  readonly perMinute?: number | undefined;
  /** How long to wait for the canary to end, in milliseconds; then it stops. @default 600_000 */
  readonly timeout?: number | undefined;
  /** Returns the repaired payload, which then passes the schema of its job. @default it goes as it was */
  readonly repair?: ((payload: unknown, letter: DeadLetter) => unknown) | undefined;
  /** The queues of the jobs, if `createQueues` did not make them together with the one that keeps the letters. */
  readonly to?: IQueue | Iterable<IQueue> | undefined;
  /** Reports progress, first when the letters are found, then after every one, and when jobs end; waits for a promise that it returns. */
  readonly onProgress?: ((progress: RedriveProgress) => unknown) | undefined;
  /** Stops between two jobs when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** Reports how far a redrive is. */
export interface RedriveProgress {
  /** How many letters it found. */
  readonly matched: number;
  /** How many of them it has come to. */
  readonly tried: number;
  /** How many jobs went back. */
  readonly redriven: number;
  /** How many of those have completed, as far as it has looked. */
  readonly completed: number;
  /** How many of those have failed, or were cancelled, as far as it has looked. */
  readonly failed: number;
}

/** Describes the end of a redrive. */
export interface RedriveResult {
  /** How many jobs went back. */
  readonly redriven: number;
  /** How many of them have completed by now. */
  readonly completed: number;
  /** How many of them have failed, or were cancelled, by now. */
  readonly failed: number;
  /** How many letters are left; one stays where another job holds the deduplication key of its job. */
  readonly left: number;
  /** Why it stopped before all went back; absent when all did. */
  readonly stopped?: 'failures' | 'timeout' | 'aborted';
}

/** Names a letter that is to go back, and the job in it. */
export type FoundLetter = Pick<DeadLetter, 'id' | 'queue' | 'name' | 'failedAt'>;
