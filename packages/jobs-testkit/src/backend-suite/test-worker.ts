import type { AttemptFailure, JobLimits, JobsError, SerializedError } from '@philjs/jobs-core';
import type {
  Backend,
  ClaimedJob,
  ConsumeParams,
  Consumer,
  JobRecord,
  Lease,
  Outcome,
  StalledJob,
} from '@philjs/jobs-core/backend';
import type { TrialTime } from '../suite/trial-time.ts';

/** The error of jobs that stalled too often in the suite. */
export const STALLED: SerializedError = {
  name: 'JobsError',
  code: 'JOBS_STALLED',
  message: 'stalled too often',
};

/** Is an outcome; by default its failures are those of the run, as core would list them. */
export type RunEnding =
  | Extract<Outcome, { readonly type: 'complete' | 'snooze' }>
  | Unlisted<'retry'>
  | Unlisted<'fail'>
  | Unlisted<'cancel'>;

type Unlisted<TType extends Outcome['type']> = Omit<
  Extract<Outcome, { readonly type: TType }>,
  'failures'
> & { readonly failures?: readonly AttemptFailure[] };

/** The error of jobs that fail for another one in the suite. */
export const DEPENDENCY_FAILED: SerializedError = {
  name: 'JobsError',
  code: 'JOBS_DEPENDENCY_FAILED',
  message: 'a job it waited for failed',
};

let runsMade = 0;

/** Holds one run of a job on a {@link TestWorker}. */
export class Run {
  readonly job: JobRecord;
  readonly startedAt: number;
  /** By when its job must have started, if the backend said so. */
  readonly startBy: number | undefined;
  /** The number of the run among all runs, on whatever worker. */
  readonly order: number = ++runsMade;
  /** The reasons passed to `abort`, in order. */
  readonly aborts: { readonly error: JobsError; readonly force: boolean }[] = [];
  readonly outcome: Promise<Outcome>;
  isOver = false;
  #resolve: (outcome: Outcome) => void = () => undefined;

  constructor({ job, startBy }: ClaimedJob, startedAt: number) {
    this.job = job;
    this.startBy = startBy;
    this.startedAt = startedAt;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get id(): string {
    return this.job.id;
  }

  get lease(): Lease {
    return { id: this.job.id, fencingToken: this.job.fencingToken };
  }

  /** Ends the run with an outcome; the first one counts. */
  end(ending: RunEnding = { type: 'complete', result: undefined }): void {
    this.isOver = true;
    const hasNone = ending.type === 'complete' || ending.type === 'snooze';
    this.#resolve(hasNone ? ending : this.#listed(ending));
  }

  /** Ends the run with an outcome as it is given. */
  endWith(outcome: Outcome): void {
    this.isOver = true;
    this.#resolve(outcome);
  }

  #listed(ending: Unlisted<'retry'> | Unlisted<'fail'> | Unlisted<'cancel'>): Outcome {
    const { error } = ending;
    const { failures = [], attemptsMade } = this.job;
    const failure = {
      attempt: attemptsMade + 1,
      startedAt: this.startedAt,
      failedAt: this.startedAt,
    };
    const isUsed = ending.type === 'retry' || ending.attemptUsed;
    return { failures: isUsed ? [...failures, { ...failure, error }] : failures, ...ending };
  }
}

/** Says how a {@link TestWorker} works. */
export interface WorkOptions {
  readonly concurrency?: number;
  readonly concurrencyLimits?: ReadonlyMap<string, number>;
  readonly limits?: ReadonlyMap<string, JobLimits>;
  /** How long its leases last. @default long enough that none runs out while the process stands still */
  readonly lockMs?: number;
  readonly maxStalledCount?: number;
  readonly maxStalledCounts?: ReadonlyMap<string, number>;
  /** Its id. @default one of its own */
  readonly id?: string;
  /** When it is said to have started, in epoch milliseconds. @default now */
  readonly startedAt?: number;
  /** The result of each run; `hold` leaves it to the test to end it. @default completes it immediately */
  readonly run?: 'hold' | ((run: Run) => void | Promise<void>);
  /** The reaction of a run that is aborted without force. @default nothing */
  readonly onAbort?: (run: Run, error: JobsError) => void;
}

/** Fails runs that are handed out to fail for a job they waited for, as core does; does `otherwise` with the others. */
export function failIfDoomed(otherwise: WorkOptions['run']): (run: Run) => void | Promise<void> {
  return (run) => {
    const { failed = 0, tolerated = 0 } = run.job.dependencies ?? {};
    if (failed > tolerated) {
      run.end({ type: 'fail', error: DEPENDENCY_FAILED, failures: [], attemptUsed: false });
    } else if (otherwise === undefined) run.end();
    else if (otherwise !== 'hold') return otherwise(run);
  };
}

let workersMade = 0;

/** Consumes a backend with an `execute` that is the test's own, and records every call. */
export class TestWorker {
  /** All runs, in the order in which they started. */
  readonly runs: Run[] = [];
  readonly errors: unknown[] = [];
  readonly stalled: StalledJob[] = [];
  /** The requests to it. */
  readonly asked: string[] = [];
  readonly id: string;
  /** The largest number of runs under way at the same time. */
  mostAtOnce = 0;
  readonly #time: TrialTime;
  readonly #options: WorkOptions;
  #consumer: Consumer | undefined;

  constructor(time: TrialTime, options: WorkOptions) {
    this.#time = time;
    this.#options = options;
    this.id = options.id ?? `worker-${++workersMade}`;
  }

  async start(backend: Pick<Backend, 'consume'>): Promise<void> {
    this.#consumer = await backend.consume(this.#params());
  }

  /** The runs that are under way. */
  get active(): Run[] {
    return this.runs.filter((run) => !run.isOver);
  }

  /** The ids of all runs, in the order in which they started. */
  get ids(): string[] {
    return this.runs.map((run) => run.id);
  }

  /** Returns the n-th run, waiting until it starts. */
  async started(index = 0): Promise<Run> {
    await this.#time.until(`run ${index + 1} starts`, () => this.runs.length > index);
    return this.runs[index] as Run;
  }

  /** Changes how many jobs it may run at once. */
  resize(concurrency: number): void {
    this.#consumer?.resize({ concurrency });
  }

  async stop(timeout = 0): Promise<void> {
    await this.#consumer?.stop({ timeout });
  }

  #params(): ConsumeParams {
    const options = this.#options;
    return {
      execute: (claimed) => this.#execute(claimed),
      abort: (params) => this.#abort(params),
      onError: (error) => this.errors.push(error),
      onStalled: (job) => this.stalled.push(job),
      concurrency: options.concurrency ?? 1,
      concurrencyLimits: options.concurrencyLimits ?? new Map(),
      ...(options.limits !== undefined && { limits: options.limits }),
      lockDuration: options.lockMs ?? this.#time.keptLockMs,
      maxStalledCount: options.maxStalledCount ?? 1,
      maxStalledCounts: options.maxStalledCounts ?? new Map(),
      stalledError: STALLED,
      onRequest: (request) => this.asked.push(request),
      worker: {
        id: this.id,
        host: 'suite',
        pid: process.pid,
        concurrency: options.concurrency ?? 1,
        jobs: { job: 1 },
        startedAt: options.startedAt ?? this.#time.now(),
      },
    };
  }

  #execute(claimed: ClaimedJob): Promise<Outcome> {
    const run = new Run(claimed, this.#time.now());
    this.runs.push(run);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.active.length);
    const { run: what } = this.#options;
    if (what === undefined) run.end();
    else if (what !== 'hold') void what(run);
    return run.outcome;
  }

  #abort({ lease, error, force = false }: Parameters<ConsumeParams['abort']>[0]): boolean {
    const run = this.active.find(
      ({ job }) => job.id === lease.id && job.fencingToken === lease.fencingToken,
    );
    if (run === undefined) return false;
    run.aborts.push({ error, force });
    const { name, message, code } = error;
    const type = code === 'JOBS_CANCELLED' ? 'cancel' : 'fail';
    if (force) run.end({ type, error: { name, message, code }, attemptUsed: true });
    else this.#options.onAbort?.(run, error);
    return true;
  }
}
