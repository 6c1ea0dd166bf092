import {
  type CancelResult,
  isJobsError,
  JOB_STATUSES,
  type JobCounts,
  type JobStatus,
  type JobsError,
} from '@philjs/jobs-core';
import type {
  AddResult,
  Backend,
  JobPage,
  JobRecord,
  ListParams,
  NewJob,
} from '@philjs/jobs-core/backend';
import { idTakenError, keyHeldError } from '@philjs/jobs-core/backend';
import {
  INACTIVE_STATUSES,
  RETRIABLE_STATUSES,
  toJobCounts,
  toText,
} from '@philjs/jobs-core/internal';
import { CallBatch } from '../connection/call-batch.ts';
import { decodeJobId, storedIds } from '../keys/job-id.ts';
import { setProgressScript } from '../lease/held-job-scripts.ts';
import type { MarkerWait } from '../lease/marker-wait.ts';
import { isPlainJob, isReady, jobArguments, plainJobArguments } from '../record/job-arguments.ts';
import { readRecord } from '../record/job-hash.ts';
import { addJobsScript, plainAddJobsScript } from '../script/add-jobs-script.ts';
import { cancelJobScript } from '../script/cancel-job-script.ts';
import {
  type Changed,
  clearJobsScript,
  promoteJobsScript,
  removeJobsScript,
  retryJobsScript,
} from '../script/change-jobs-scripts.ts';
import { pauseScript } from '../script/pause-script.ts';
import { countJobsScript, readJobsScript } from '../script/read-jobs-scripts.ts';
import type { NamedArguments, Script } from '../script/script.ts';
import { besideStages } from '../workflow/stage-scripts.ts';
import { walkWorkflows } from '../workflow/tend-workflows.ts';
import { isTaken, toAddResults } from './add-answer.ts';
import { listJobs } from './list-jobs.ts';
import type { QueueStore } from './queue-store.ts';

/** How many jobs one script looks at, so that the server is not held up. */
const BATCH = 200;
/** For how long the plain script is not tried after it was refused, in milliseconds. */
const WHOLE_MS = 1000;

/** Keeps the jobs of a queue: all that `Backend` does with them besides running them. */
export class JobStore {
  protected readonly store: QueueStore;
  /** Until when the plain script, which was refused before, most likely would be again. */
  #wholeUntil: number = Number.NEGATIVE_INFINITY;
  readonly #batch = new CallBatch<NewJob, AddResult>(
    (jobs) => this.#add(jobs),
    (error) => isJobsError(error, 'JOBS_CONFLICT'),
  );

  constructor(store: QueueStore) {
    this.store = store;
  }

  /** Returns a worker of this process that waits for a marker of the queue. */
  protected idle(): MarkerWait | undefined {
    return undefined;
  }

  /** Has BullMQ do what it does for jobs that are to go: see `ForeignJobs.untie`. */
  protected async untie(_ids: readonly string[]): Promise<void> {}

  async add({ jobs }: Parameters<Backend['add']>[0]): Promise<readonly AddResult[]> {
    return jobs.length === 0 ? [] : this.#batch.add(jobs);
  }

  async #add(jobs: readonly NewJob[]): Promise<readonly AddResult[]> {
    let attempts = 0;
    const count = (attempt: number): void => {
      attempts = Math.max(attempts, attempt);
    };
    if (performance.now() > this.#wholeUntil && jobs.every(isPlainJob)) {
      if (await this.#addPlain(jobs, count)) {
        return jobs.map(({ id }) => ({ id, outcome: 'added' }));
      }
      this.#wholeUntil = performance.now() + WHOLE_MS;
    }
    const args = jobs.flatMap(jobArguments);
    const run = () => this.store.run(addJobsScript, {}, args, count);
    const answers = await besideStages(this.store, run);
    if (isTaken(answers)) throw takenError(jobs, answers[1], answers[2]);
    return toAddResults(jobs, answers, attempts > 1);
  }

  /**
   * Adds jobs by the plain script, unless that refuses. An idle worker of this process is not woken by a marker: it asks
   * for jobs right after them, which saves a round trip.
   */
  async #addPlain(jobs: readonly NewJob[], count: (attempt: number) => void): Promise<boolean> {
    const worker = this.store.link.ready && jobs.some(isReady) ? this.idle() : undefined;
    const args = { marks: worker?.takesHandedOver === true ? 0 : 1 };
    const rest = jobs.flatMap(plainJobArguments);
    const adding = this.store.run(plainAddJobsScript, args, rest, (attempt) => {
      count(attempt);
      if (attempt > 1) args.marks = 1;
    });
    const onAnswer = args.marks === 0 ? worker?.handOver(() => this.#mark()) : undefined;
    let isAdded = false;
    try {
      isAdded = (await adding) === 'added';
    } finally {
      onAnswer?.(isAdded && args.marks === 0);
    }
    return isAdded;
  }

  /** Sets the marker that wakes an idle worker. */
  #mark(): void {
    const key = this.store.key('marker');
    this.store.link.run((client) => client.zadd(key, 0, '0')).catch(() => undefined);
  }

  async get({ id }: { readonly id: string }): Promise<JobRecord | undefined> {
    const ids = storedIds(id);
    const found = await this.store.run(readJobsScript, {}, ids);
    for (const [index, [status, flat = [], lockEnd]] of found.entries()) {
      if (status !== undefined) return readRecord(ids[index] ?? id, status, flat, lockEnd);
    }
    return undefined;
  }

  list(params: ListParams): Promise<JobPage> {
    return listJobs(this.store, params);
  }

  async counts(): Promise<JobCounts> {
    const counts = await this.store.run(countJobsScript, {});
    return toJobCounts(JOB_STATUSES.map((status, index) => [status, counts[index]]));
  }

  async remove({ ids, statuses }: Parameters<Backend['remove']>[0]): Promise<number> {
    const tied: string[] = [];
    const args = { mayLeave: 1, states: among(INACTIVE_STATUSES, statuses) };
    const removed = await this.#change(removeJobsScript, args, allStoredIds(ids), tied);
    return removed + (await this.#removeTied(tied, args.states));
  }

  /** Removes jobs that a script left to have BullMQ prepare for that. */
  async #removeTied(stored: readonly string[], states: string): Promise<number> {
    await this.untie(stored);
    return this.#change(removeJobsScript, { mayLeave: 0, states }, stored);
  }

  async retry({ ids, statuses }: Parameters<Backend['retry']>[0]): Promise<number> {
    const args = { states: among(RETRIABLE_STATUSES, statuses) };
    const held: string[] = [];
    const changed = await this.#change(retryJobsScript, args, allStoredIds(ids), held);
    const [jobId, heldBy] = held;
    if (ids.length === 1 && jobId !== undefined && heldBy !== undefined) {
      throw keyHeldError({ jobId: decodeJobId(jobId), heldBy: decodeJobId(heldBy) });
    }
    return changed;
  }

  promote({ ids }: Parameters<Backend['promote']>[0]): Promise<number> {
    return this.#change(promoteJobsScript, { states: 'delayed' }, allStoredIds(ids));
  }

  async cancel(params: Parameters<Backend['cancel']>[0]): Promise<CancelResult> {
    const { id, statuses, reason, force = false, error } = params;
    const args = {
      states: among(JOB_STATUSES, statuses),
      hasReason: reason === undefined ? '0' : '1',
      reason: reason === undefined ? '' : toText(reason),
      force: force ? '1' : '0',
      message: error.message,
      failure: JSON.stringify(error),
    };
    let answer: CancelResult | 'left' | 'latest' = 'not-found';
    for (const stored of storedIds(id)) {
      const job = { id: stored, ...args };
      answer = await this.store.run(cancelJobScript, { ...job, mayLeave: 1 });
      if (answer === 'latest') {
        await this.untie([stored]);
        answer = await this.store.run(cancelJobScript, { ...job, mayLeave: 0 });
      }
      if (answer !== 'not-found') break;
    }
    if (answer === 'left') await walkWorkflows(this.store);
    return answer === 'left' || answer === 'latest' ? 'cancelled' : answer;
  }

  async clear({
    statuses = INACTIVE_STATUSES,
    most = Number.POSITIVE_INFINITY,
  }: Parameters<Backend['clear']>[0] = {}): Promise<number> {
    let total = 0;
    for (const state of new Set(statuses)) {
      for (let looked = BATCH; looked >= BATCH && total < most; ) {
        const args = { state, most: BATCH };
        const [removed, isLeft, ...tied] = await this.store.run(clearJobsScript, args);
        if (isLeft === 1) await walkWorkflows(this.store);
        total += removed + (await this.#removeTied(tied, state));
        looked = removed + tied.length;
      }
    }
    return total;
  }

  async setProgress(params: Parameters<Backend['setProgress']>[0]): Promise<boolean> {
    const { lease, progress } = params;
    for (const stored of storedIds(lease.id)) {
      const args = { id: stored, token: lease.fencingToken, progress: JSON.stringify(progress) };
      if ((await this.store.run(setProgressScript, args)) === 1) return true;
    }
    return false;
  }

  async setPaused({ paused }: { readonly paused: boolean }): Promise<void> {
    while ((await this.store.run(pauseScript, { paused: paused ? '1' : '0' })) === 1);
  }

  /** Returns whether the queue is paused. */
  async isPaused(): Promise<boolean> {
    const { link, key } = this.store;
    return (await link.run((client) => client.hexists(key('meta'), 'paused'))) === 1;
  }

  /** Changes jobs, as many at once as a script takes; returns how many were changed. `others` gets the ids it names. */
  async #change<TArgument extends string>(
    script: Script<TArgument, Changed>,
    args: NamedArguments<TArgument>,
    stored: readonly string[],
    others: string[] = [],
  ): Promise<number> {
    let total = 0;
    for (let from = 0; from < stored.length; ) {
      const batch = stored.slice(from, from + BATCH);
      const [changed, looked, isLeft, ...named] = await this.store.run(script, args, batch);
      if (isLeft === 1) await walkWorkflows(this.store);
      others.push(...named);
      total += changed;
      from += looked;
    }
    return total;
  }
}

function allStoredIds(ids: readonly string[]): string[] {
  return [...new Set(ids)].flatMap(storedIds);
}

/** Writes for a script in which of the states that it may change jobs in the caller wants that. */
function among(all: readonly JobStatus[], wanted: readonly JobStatus[] = all): string {
  return all.filter((status) => wanted.includes(status)).join();
}

/** Makes the error of a job whose id is taken; `place` is its place among the jobs, from 1. */
function takenError(jobs: readonly NewJob[], place: number, takenBy: string): JobsError {
  const { id = '', name = '' } = jobs[place - 1] ?? {};
  return idTakenError({ jobId: id, name, takenBy });
}
