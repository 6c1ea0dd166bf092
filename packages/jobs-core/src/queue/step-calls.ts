import type { SerializedError } from '../errors/serialize-error.ts';
import type { Job } from './job.ts';

/** Shows what is stored of a step, a sleep, a wait or a signal of a job. */
export interface JobStep {
  /** Its name: that of its signal for a wait. */
  readonly name: string;
  /** Its kind. A signal is listed as long as the job has not asked for it; then the wait is. */
  readonly kind: 'step' | 'sleep' | 'wait' | 'signal';
  /**
   * How it stands.
   *
   * - `completed`: its result is stored; the date of a sleep has come; the signal of a wait has; a signal is there.
   * - `retrying`: its last try failed, and another follows.
   * - `waiting`: the job sleeps until a date, or waits for a signal.
   * - `timed-out`: the signal of a wait did not come in time.
   */
  readonly status: 'completed' | 'retrying' | 'waiting' | 'timed-out';
  /** When it began; a signal: when it came. */
  readonly startedAt: Date;
  /** When it ended. */
  readonly endedAt?: Date;
  /** When a sleep or a wait is over, or a step is tried again. */
  readonly until?: Date;
  /** How many tries have failed in the attempt of the job that stored this. */
  readonly failedTries?: number;
  /** The error of the last try that failed. */
  readonly error?: SerializedError;
  /** The result of a step, or the payload of a signal. */
  readonly result?: unknown;
}

/** Reads the steps of jobs, and sends signals to them: a part of a queue. */
export interface StepCalls {
  /**
   * Lists what is stored of the steps, sleeps, waits and signals of a job, in the order in which they began. A job that is unknown
   * has none. A dead letter has those of its failed job, decoded where `createQueues` made both queues together.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend stores no steps
   */
  getSteps(job: Pick<Job, 'id'> | string): Promise<readonly JobStep[]>;
  /**
   * Sends a signal to a job, which gets it by `ctx.waitFor(event)`, also when it asks for it later. Once this resolves, the signal is stored with
   * the job, and a job that waits for it is ready. A signal that is sent again before the job has taken it replaces the one before.
   *
   * @param payload - what `ctx.waitFor` returns, stored as a payload is: with the job's codec, at most `maxPayloadBytes`
   * @throws JobsError `JOBS_NOT_FOUND`; `JOBS_CONFLICT` when the job has ended, or waits for this signal no more;
   * `JOBS_PAYLOAD_NOT_SERIALIZABLE`, `JOBS_PAYLOAD_TOO_LARGE`, `JOBS_STEPS_FULL`, `JOBS_NOT_SUPPORTED` as `getSteps`
   */
  signal(job: Pick<Job, 'id'> | string, event: string, payload?: unknown): Promise<void>;
}
