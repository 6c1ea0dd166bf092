import {
  type AddResult,
  type Backend,
  type CancelResult,
  isJobsError,
  JOB_STATUSES,
  type JobCounts,
  type JobProgress,
  type JobRecord,
  type JobStatus,
  type JobsError,
  type Lease,
  type NewJob,
} from '@philjs/jobs-core';
import { idTakenError, keyHeldError } from '@philjs/jobs-core/backend';
import { CallBatch } from '../connection/call-batch.ts';
import { decodeJobId, storedIds } from '../keys/job-id.ts';
import { setProgressScript } from '../lease/progress-script.ts';
import { jobArguments } from '../record/job-arguments.ts';
import { toJobHash, toJobRecord } from '../record/job-hash.ts';
import { addJobsScript } from '../script/add-jobs-script.ts';
import {
  cancelJobScript,
  clearJobsScript,
  promoteJobsScript,
  removeJobsScript,
  retryJobsScript,
} from '../script/change-jobs-scripts.ts';
import { pauseScript } from '../script/pause-script.ts';
import { countJobsScript, readJobsScript } from '../script/read-jobs-scripts.ts';
import type { Script } from '../script/script.ts';
import { type AddAnswer, toAddResults } from './add-answer.ts';
import type { QueueStore } from './queue-store.ts';

/** How many jobs one script looks at, so that the server is not held up. */
const BATCH = 200;
const INACTIVE = JOB_STATUSES.filter((status) => status !== 'active');

/** Keeps the jobs of a queue: all that `Backend` does with them besides listing and running them. */
export class JobStore {
  readonly #store: QueueStore;
  readonly #batch = new CallBatch<NewJob, AddResult>(
    (jobs) => this.#add(jobs),
    (error) => isJobsError(error, 'JOBS_CONFLICT'),
  );

  constructor(store: QueueStore) {
    this.#store = store;
  }

  /** Stores jobs; see `Backend.add`. */
  async add(jobs: readonly NewJob[]): Promise<readonly AddResult[]> {
    return jobs.length === 0 ? [] : this.#batch.add(jobs);
  }

  async #add(jobs: readonly NewJob[]): Promise<readonly AddResult[]> {
    let attempts = 0;
    const args = jobs.flatMap(jobArguments);
    const answers = await this.#store.run(addJobsScript, args, (attempt) => {
      attempts = attempt;
    });
    const [first, index, takenBy] = answers as readonly unknown[];
    if (first === 'taken') throw takenError(jobs, index, takenBy);
    return toAddResults(jobs, answers as AddAnswer[], attempts > 1);
  }

  /** Reads one job; see `Backend.get`. */
  async get(id: string): Promise<JobRecord | undefined> {
    const ids = storedIds(id);
    const found = (await this.#store.run(readJobsScript, ids)) as [JobStatus, string[]][];
    for (const [index, [status, flat]] of found.entries()) {
      if (status !== undefined) return toJobRecord(ids[index] ?? id, status, toJobHash(flat));
    }
    return undefined;
  }

  /** Counts the jobs in each state; see `Backend.counts`. */
  async counts(): Promise<JobCounts> {
    const counts = (await this.#store.run(countJobsScript, [])) as number[];
    const [waiting = 0, delayed = 0, active = 0, completed = 0, failed = 0] = counts;
    const [cancelled = 0, blocked = 0] = counts.slice(5);
    return { waiting, delayed, active, completed, failed, cancelled, blocked };
  }

  /** Removes jobs; see `Backend.remove`. */
  remove(ids: readonly string[]): Promise<number> {
    return this.#each(removeJobsScript, [], ids);
  }

  /** Puts failed and cancelled jobs back; see `Backend.retry`. */
  async retry(ids: readonly string[]): Promise<number> {
    let held: readonly string[] = [];
    let changed = 0;
    for (const batch of batches(ids)) {
      const args = [Date.now(), ...batch];
      const [count, ...last] = (await this.#store.run(retryJobsScript, args)) as [number];
      changed += count;
      held = last;
    }
    const [jobId, heldBy] = held.map(decodeJobId);
    if (ids.length === 1 && jobId !== undefined && heldBy !== undefined) {
      throw keyHeldError({ jobId, heldBy });
    }
    return changed;
  }

  /** Makes delayed jobs ready; see `Backend.promote`. */
  promote(ids: readonly string[]): Promise<number> {
    return this.#each(promoteJobsScript, [Date.now()], ids);
  }

  /** Cancels a job; see `Backend.cancel`. */
  async cancel(params: Parameters<Backend['cancel']>[0]): Promise<CancelResult> {
    const { id, reason, force = false, error } = params;
    const why = [reason === undefined ? '0' : '1', reason ?? '', force ? '1' : '0'];
    const failure = [Date.now(), error.message, JSON.stringify(error)];
    let answer: CancelResult = 'not-found';
    for (const stored of storedIds(id)) {
      const args = [stored, ...why, ...failure];
      answer = (await this.#store.run(cancelJobScript, args)) as CancelResult;
      if (answer !== 'not-found') break;
    }
    return answer;
  }

  /** Removes all jobs of some states; see `Backend.clear`. */
  async clear(statuses: readonly JobStatus[] = INACTIVE): Promise<number> {
    let total = 0;
    for (const status of new Set(statuses)) {
      for (let removed = BATCH; removed >= BATCH; total += removed) {
        removed = (await this.#store.run(clearJobsScript, [status, BATCH])) as number;
      }
    }
    return total;
  }

  /** Stores the progress a handler reported; see `Backend.setProgress`. */
  async setProgress(lease: Lease, progress: JobProgress): Promise<boolean> {
    for (const stored of storedIds(lease.id)) {
      const args = { id: stored, token: lease.fencingToken, progress: JSON.stringify(progress) };
      if ((await this.#store.runNamed(setProgressScript, args)) === 1) return true;
    }
    return false;
  }

  /** Pauses or resumes the queue; see `Backend.setPaused`. */
  async setPaused(paused: boolean): Promise<void> {
    await this.#store.run(pauseScript, [paused ? '1' : '0']);
  }

  /** Returns whether the queue is paused. */
  async isPaused(): Promise<boolean> {
    const { link, key } = this.#store;
    return (await link.run((client) => client.hexists(key('meta'), 'paused'))) === 1;
  }

  async #each(script: Script, args: readonly number[], ids: readonly string[]): Promise<number> {
    let changed = 0;
    for (const batch of batches(ids)) {
      changed += (await this.#store.run(script, [...args, ...batch])) as number;
    }
    return changed;
  }
}

/** Splits stored ids into batches that one script takes. */
function* batches(ids: readonly string[]): Generator<readonly string[]> {
  const stored = [...new Set(ids)].flatMap(storedIds);
  for (let from = 0; from < stored.length; from += BATCH) yield stored.slice(from, from + BATCH);
}

/** Makes the error of a job whose id is taken; `index` is its place among the jobs, from 1. */
function takenError(jobs: readonly NewJob[], index: unknown, takenBy: unknown): JobsError {
  const { id, name } = jobs[Number(index) - 1] as NewJob;
  return idTakenError({ jobId: id, name, takenBy: String(takenBy) });
}
