import { isJobsError } from '@philjs/jobs-core';
import type { AddResult, NewJob } from '@philjs/jobs-core/backend';
import type { SqliteQueueStore } from '../state/queue-store.ts';
import { addJobs } from './add-jobs.ts';

/** At most how many jobs of several calls one transaction stores, so that other processes can write in between. */
const MOST_AT_ONCE = 1_000;

interface Call {
  readonly jobs: readonly NewJob[];
  readonly resolve: (results: readonly AddResult[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Stores the jobs of all calls that are made in one turn of the event loop in one transaction, in the order of the
 * calls: a commit costs more than a job. Each call is answered after the commit.
 */
export class AddsTogether {
  readonly #store: SqliteQueueStore;
  #calls: Call[] = [];
  #storing: Promise<void> | undefined;
  #isQueued = false;

  constructor(store: SqliteQueueStore) {
    this.#store = store;
  }

  /**
   * Stores jobs, together with those of other calls.
   *
   * @throws JobsError as `addJobs` does; then none of this call's jobs is stored
   */
  add(jobs: readonly NewJob[]): Promise<readonly AddResult[]> {
    return new Promise((resolve, reject) => {
      this.#calls.push({ jobs, resolve, reject });
      if (this.#isQueued || this.#storing !== undefined) return;
      this.#isQueued = true;
      queueMicrotask(() => void this.end());
    });
  }

  /** Stores what was asked for, at once if the file is free; resolves when it is stored, or refused. */
  end(): Promise<void> {
    this.#isQueued = false;
    if (this.#storing === undefined && this.#calls.length > 0) this.#storing = this.#storeAll();
    return this.#storing ?? Promise.resolve();
  }

  async #storeAll(): Promise<void> {
    while (this.#calls.length > 0) await this.#storeSome(this.#take());
    this.#storing = undefined;
  }

  #take(): Call[] {
    let jobs = 0;
    const end = this.#calls.findIndex((call, index) => {
      jobs += call.jobs.length;
      return index > 0 && jobs > MOST_AT_ONCE;
    });
    return this.#calls.splice(0, end === -1 ? this.#calls.length : end);
  }

  async #storeSome(calls: readonly Call[]): Promise<void> {
    try {
      const done = this.#store.change((change) => calls.map(({ jobs }) => addJobs(change, jobs)));
      // An `await` would let other work of this turn come before the answers.
      const results = done instanceof Promise ? await done : done;
      for (const [index, { resolve }] of calls.entries()) resolve(results[index] ?? []);
    } catch (error) {
      const [only] = calls;
      if (calls.length === 1) only?.reject(error);
      else if (isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE')) {
        for (const { reject } of calls) reject(error);
      } else {
        // One of them is refused: that one must not take the others with it.
        for (const call of calls) await this.#storeSome([call]);
      }
    }
  }
}
