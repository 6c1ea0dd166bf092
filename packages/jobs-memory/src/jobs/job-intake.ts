import {
  type AddResult,
  type Deduplication,
  idTakenError,
  type NewJob,
} from '@philjs/jobs-core/backend';
import { JobKinds } from '../state/job-kind.ts';
import type { JobTable } from '../state/job-table.ts';
import { StoredJob, setFacts, setKeys } from '../state/stored-job.ts';

/** Takes new jobs into a table: reports known ids and held keys, and stores everything else. */
export class JobIntake {
  readonly #table: JobTable;
  readonly #kinds = new JobKinds();

  constructor(table: JobTable) {
    this.#table = table;
  }

  /**
   * Stores jobs in the order given. `connect` gets each new one before it is placed.
   *
   * @throws JobsError `JOBS_CONFLICT` when a job of another name has the id of one; then none is stored
   */
  add(jobs: readonly NewJob[], connect?: (job: StoredJob) => void): AddResult[] {
    this.refuseTaken(jobs);
    return this.addUnknown(jobs, connect);
  }

  /** Refuses jobs with the id of a job of another name. @throws JobsError `JOBS_CONFLICT` */
  refuseTaken(jobs: readonly NewJob[]): void {
    for (const job of jobs) refuseTaken(this.#table.get(job.id), job);
  }

  /** Stores jobs in the order given, except those whose id is known, of whatever name. */
  addUnknown(jobs: readonly NewJob[], connect?: (job: StoredJob) => void): AddResult[] {
    const table = this.#table;
    const placed: StoredJob[] | undefined =
      table.events.wants('waiting') || table.events.wants('delayed') ? [] : undefined;
    const at = jobs[0]?.createdAt ?? 0;
    // Delayed jobs that became due before these were enqueued go before them.
    if (table.delayed.size > 0) table.promoteDue(at);
    const results =
      jobs.length === 1 ? this.#addFirst(jobs, placed, connect) : this.#addAll(jobs, placed);
    if (placed !== undefined) for (const job of placed) table.tellPlaced(job, at);
    table.tellReady();
    return results;
  }

  /** Stores one job: most calls bring one, and this method makes no list that grows. */
  #addFirst(
    [job]: readonly NewJob[],
    placed: StoredJob[] | undefined,
    connect: ((job: StoredJob) => void) | undefined,
  ): AddResult[] {
    return [this.#addOne(job as NewJob, placed, connect)];
  }

  #addAll(jobs: readonly NewJob[], placed: StoredJob[] | undefined): AddResult[] {
    return jobs.map((job) => this.#addOne(job, placed));
  }

  #addOne(
    job: NewJob,
    placed: StoredJob[] | undefined,
    connect?: (job: StoredJob) => void,
  ): AddResult {
    const table = this.#table;
    const { id } = job;
    if (table.get(id) !== undefined) return { id, outcome: 'duplicate' };
    const { deduplication } = job;
    if (deduplication !== undefined) {
      const holder = table.keys.holderOf(deduplication.key, job.createdAt);
      if (holder !== undefined) return this.#meet(holder, job, deduplication, placed);
      table.keys.take(id, deduplication, job.createdAt);
    }
    const stored = new StoredJob(job, this.#kinds.of(job));
    connect?.(stored);
    table.add(stored);
    placed?.push(stored);
    return { id, outcome: 'added' };
  }

  /** Decides what a new job does when another one holds its key. */
  #meet(
    holder: string,
    job: NewJob,
    wish: Deduplication,
    placed: StoredJob[] | undefined,
  ): AddResult {
    const table = this.#table;
    const first = table.get(holder);
    const ready = first?.status === 'waiting' || first?.status === 'delayed';
    // A payload fits only handlers of its own name.
    const takes = ready && table.keys.isUnstarted(first) && first.name === job.name;
    if (!takes || wish.mode === 'drop') return { id: holder, outcome: 'duplicate' };
    if (wish.mode === 'replace') this.#takeOver(first, job);
    else {
      table.leave(first);
      this.#change(first, job);
      const latest = first.createdAt + (wish.maxWaitMs ?? Number.POSITIVE_INFINITY);
      first.runAt = Math.min(job.runAt, latest);
      table.place(first, job.createdAt);
      table.keys.extend(wish, job.createdAt);
      placed?.push(first);
    }
    return { id: holder, outcome: 'replaced' };
  }

  /**
   * Copies another job's content into a job. The job keeps its time, and with an unchanged priority its queue
   * position.
   */
  #takeOver(first: StoredJob, job: NewJob): void {
    const table = this.#table;
    const keepsTurn = first.status === 'delayed' || first.kind.priority === job.priority;
    if (keepsTurn) table.change(first, () => this.#change(first, job));
    else {
      table.leave(first);
      this.#change(first, job);
      table.wait(first);
    }
  }

  /** Copies another job's content, except its id and its time, into a job that is in no list. */
  #change(first: StoredJob, job: NewJob): void {
    first.payload = job.payload;
    first.kind = this.#kinds.of(job);
    setKeys(first, job);
    setFacts(first, job);
  }
}

function refuseTaken(known: StoredJob | undefined, { id, name }: NewJob): void {
  if (known === undefined || known.name === name) return;
  throw idTakenError({ jobId: id, name, takenBy: known.name });
}
