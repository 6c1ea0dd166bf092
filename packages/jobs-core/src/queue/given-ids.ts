import type { Backend } from '../contract/backend.ts';
import type { NewJob } from '../contract/new-job.ts';
import { idTakenError } from '../errors/error-factories.ts';
import { isJobsError, JobsError } from '../errors/jobs-error.ts';
import type { MaybePromise } from '../lease/lease-store.ts';
import type { PreparedBatch } from './prepared-batch.ts';

/** The number of jobs to look up at once. */
const AT_ONCE = 100;

/** Pairs a job with the index of its item. */
interface NumberedJob {
  readonly job: NewJob;
  readonly index: number;
}

/** Ensures that no id given by the caller is that of a job of another name. */
export class GivenIds {
  readonly #jobs: readonly NumberedJob[];
  readonly #all: readonly NewJob[];

  /** Takes the jobs to store; only those with an id given by the caller matter. */
  constructor({ jobs, given }: Pick<PreparedBatch, 'jobs' | 'given'>) {
    this.#all = jobs;
    this.#jobs = given.map((index) => ({ job: jobs[index] as NewJob, index }));
  }

  /** Compares the jobs with each other. @throws JobsError `JOBS_CONFLICT` */
  compare(): void {
    if (this.#jobs.length === 0) return;
    const names = new Map<string, string>();
    for (const { job, index } of this.#jobs) {
      refuseUnlessSame(names.get(job.id), job, index);
      names.set(job.id, job.name);
    }
  }

  /** Compares the jobs with those that are stored. @throws JobsError `JOBS_CONFLICT` */
  async lookUp(backend: Pick<Backend, 'get'>): Promise<void> {
    for (let start = 0; start < this.#jobs.length; start += AT_ONCE) {
      const looked = this.#jobs.slice(start, start + AT_ONCE);
      const found = await Promise.all(looked.map(({ job }) => backend.get({ id: job.id })));
      for (const [at, { job, index }] of looked.entries()) {
        refuseUnlessSame(found[at]?.name, job, index);
      }
    }
  }

  /** Adds the item's index to the error of a call. */
  async named<T>(call: MaybePromise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (isJobsError(error, 'JOBS_NOT_FOUND')) throw this.#atMissing(error);
      const { jobId, name } = (isJobsError(error, 'JOBS_CONFLICT') && error.details) || {};
      const taken = this.#jobs.find(({ job }) => job.id === jobId && job.name === name);
      throw taken === undefined ? error : atIndex(error, taken.index);
    }
  }

  /** Adds the index of the item that is to wait for a job that is not stored. */
  #atMissing(error: JobsError): unknown {
    const index = this.#all.findIndex(({ id }) => id === error.details?.['jobId']);
    return index === -1 ? error : atIndex(error, index);
  }
}

/** Adds the item's index to an error. */
export function atIndex(error: unknown, index: number): unknown {
  if (!isJobsError(error)) return error;
  return new JobsError(error.code, `items[${index}]: ${error.message}`, {
    cause: error,
    details: { ...error.details, index },
  });
}

/** Makes the error of a call for some of many items: with the index of the item among all. */
export function amongAll(error: unknown, indexes: readonly number[]): unknown {
  if (!isJobsError(error)) return error;
  const index = indexes[Number(error.details?.['index'])];
  return index === undefined ? error : atIndex(error.cause, index);
}

function refuseUnlessSame(takenBy: string | undefined, { id, name }: NewJob, index: number): void {
  if (takenBy === undefined || takenBy === name) return;
  throw atIndex(idTakenError({ jobId: id, name, takenBy }), index);
}
