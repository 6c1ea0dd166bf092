import type { ClaimedJob, ConsumeParams, Outcome } from '@philjs/jobs-core/backend';

const done: Outcome = { type: 'complete', result: 'done' };

/** The observations of a worker, and the parameters that make a backend run it. */
export interface Consumption {
  readonly params: ConsumeParams;
  /** The ids of the jobs it started. */
  readonly started: string[];
  /** Errors beside those of jobs. */
  readonly errors: unknown[];
  /** The aborted jobs, each with the code of the reason. */
  readonly aborted: string[];
}

/** Makes what `consume` asks for: a worker that runs each job with `execute`. */
export function consumption(
  execute: (claimed: ClaimedJob) => Promise<Outcome> = async () => done,
  fields: Partial<ConsumeParams> = {},
): Consumption {
  const started: string[] = [];
  const errors: unknown[] = [];
  const aborted: string[] = [];
  const params: ConsumeParams = {
    execute: (claimed) => {
      started.push(claimed.job.id);
      return execute(claimed);
    },
    abort: ({ lease, error }) => {
      aborted.push(`${lease.id} ${error.code}`);
      return true;
    },
    onError: (error) => errors.push(error),
    onStalled: () => undefined,
    concurrency: 10,
    concurrencyLimits: new Map(),
    lockDuration: 30_000,
    maxStalledCount: 1,
    stalledError: { name: 'JobsError', message: 'stalled', code: 'JOBS_STALLED' },
    worker: { id: 'w1', host: 'h', pid: 1, concurrency: 10, jobs: { work: 1 }, startedAt: 5 },
    ...fields,
  };
  return { params, started, errors, aborted };
}
