/** Settings of a worker process of a fault test. */
export interface WorkerSettings {
  readonly url: string;
  readonly queue: string;
  readonly oracle: string;
  readonly concurrency: number;
  readonly lockDuration: number;
  readonly maxStalledCount: number;
  /** How long the handler of `work` takes, in milliseconds. */
  readonly jobMs: number;
  /** How many of `work` may run at once in all workers together; any number, unless given. */
  readonly workLimit?: number | undefined;
  /** How many of `shared` and `sharing` may run at once together; any number, unless given. */
  readonly sharedLimit?: number | undefined;
  /** How long active jobs may go on after SIGTERM. */
  readonly grace: number;
  /** Whether another version of BullMQ is installed than the one tested. */
  readonly hasOtherBullMQ: boolean;
  /** How far the clock of the worker is ahead, in milliseconds. */
  readonly skewMs: number;
  /** After how many milliseconds that clock is set so; before, it is right. */
  readonly stepAfterMs: number;
}

/** The variable that carries {@link WorkerSettings} as JSON. */
export const SETTINGS_VARIABLE = 'PHILJS_JOBS_FAULT_WORKER';

/** Defaults of every fault test. */
export const DEFAULT_SETTINGS: Omit<WorkerSettings, 'url' | 'queue' | 'oracle'> = {
  concurrency: 10,
  lockDuration: 1000,
  maxStalledCount: 20,
  jobMs: 20,
  grace: 5000,
  hasOtherBullMQ: false,
  skewMs: 0,
  stepAfterMs: 0,
};
