import {
  type AddResult,
  type BackendEvent,
  type Deduplication,
  idTakenError,
  type NewJob,
} from '@philjs/jobs-core/backend';
import { JobKinds } from '../state/job-kind.ts';
import type { JobTable } from '../state/job-table.ts';
import { bringSteps, restartAt, StoredJob, setFacts } from '../state/stored-job.ts';

/** Takes new jobs into a table: reports known ids and held keys, and stores everything else. */
export class JobIntake {
  readonly #table: JobTable;
  readonly #kinds = new JobKinds();
  /** The events of jobs that met the holder of their key, until all of the call are stored. */
  #met: BackendEvent[] = [];

  constructor(table: JobTable) {
    this.#table = table;
  }

  /**
   * Stores jobs in the order given. `connect` gets each new one before it is placed.
   *
   * @throws JobsError `JOBS_CONFLICT` when a job of another name has the id of one; then none is stored
   */
  add(jobs: readonly NewJob[], connect?: (job: StoredJob) => void): AddResult[] {
    // Most calls bring one job, and that makes no list that grows.
    if (jobs.length === 1) return this.#addOnly(jobs[0] as NewJob, connect);
    const hashes = this.#hashesOf(jobs);
    for (let index = 0; index < jobs.length; index++) {
      const job = jobs[index] as NewJob;
      refuseTaken(this.#table.get(job.id, hashes[index]), job);
    }
    return this.#addAll(jobs, hashes);
  }

  /** Refuses jobs with the id of a job of another name. @throws JobsError `JOBS_CONFLICT` */
  refuseTaken(jobs: readonly NewJob[]): void {
    for (const job of jobs) refuseTaken(this.#table.get(job.id), job);
  }

  /** Stores jobs in the order given, except those whose id is known, of whatever name. */
  addUnknown(jobs: readonly NewJob[]): AddResult[] {
    return this.#addAll(jobs, this.#hashesOf(jobs));
  }

  #hashesOf(jobs: readonly NewJob[]): readonly number[] {
    return jobs.map(({ id }) => this.#table.hash(id));
  }

  #addOnly(job: NewJob, connect: ((job: StoredJob) => void) | undefined): AddResult[] {
    const table = this.#table;
    const hash = table.hash(job.id);
    refuseTaken(table.get(job.id, hash), job);
    const placed = this.#begin(job.createdAt);
    const results = [this.#addOne(job, hash, placed, connect)];
    this.#tell(placed, job.createdAt);
    return results;
  }

  #addAll(jobs: readonly NewJob[], hashes: readonly number[]): AddResult[] {
    const at = jobs[0]?.createdAt ?? 0;
    const placed = this.#begin(at);
    const results = jobs.map((job, index) => this.#addOne(job, hashes[index] as number, placed));
    this.#tell(placed, at);
    return results;
  }

  /** Returns the list to fill with the jobs to report, if a listener wants that. */
  #begin(at: number): StoredJob[] | undefined {
    const { delayed, events } = this.#table;
    // Delayed jobs that became due before these were enqueued go before them.
    if (delayed.size > 0) this.#table.promoteDue(at);
    return events.wants('waiting') || events.wants('delayed') ? [] : undefined;
  }

  #tell(placed: readonly StoredJob[] | undefined, at: number): void {
    if (this.#met.length > 0) {
      const met = this.#met;
      this.#met = [];
      for (const event of met) this.#table.events.emit(event);
    }
    if (placed !== undefined) for (const job of placed) this.#table.tellPlaced(job, at);
    this.#table.tellReady();
  }

  #addOne(
    job: NewJob,
    hash: number,
    placed: StoredJob[] | undefined,
    connect?: (job: StoredJob) => void,
  ): AddResult {
    const table = this.#table;
    const { id, deduplication } = job;
    if (table.get(id, hash) !== undefined) return { id, outcome: 'duplicate' };
    if (deduplication !== undefined) {
      const holder = table.keys.holderOf(deduplication.key, job.createdAt);
      if (holder !== undefined) return this.#meet(holder, job, deduplication, placed);
      table.keys.take(id, deduplication, job.createdAt);
    }
    const stored = new StoredJob(job, this.#kinds.of(job));
    if (job.steps !== undefined) bringSteps(stored, job);
    connect?.(stored);
    table.add(stored, hash);
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
    if (table.events.wants('deduplicated')) {
      this.#met.push({
        type: 'deduplicated',
        jobId: holder,
        ...(first && { name: first.name }),
        at: job.createdAt,
        deduplicatedJobId: job.id,
        key: wish.key,
      });
    }
    const ready = first?.status === 'waiting' || first?.status === 'delayed';
    // A payload fits only handlers of its own name.
    const takes = ready && table.keys.isUnstarted(first) && first.name === job.name;
    if (!takes || wish.mode === 'drop') return { id: holder, outcome: 'duplicate' };
    if (wish.mode === 'replace') this.#takeOver(first, job);
    else {
      const latest = first.createdAt + (wish.maxWaitMs ?? Number.POSITIVE_INFINITY);
      const change = (): void => {
        this.#change(first, job);
        restartAt(first, Math.min(job.runAt, latest));
      };
      table.move(first, change, () => table.place(first, job.createdAt));
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
      const change = (): void => this.#change(first, job);
      table.move(first, change, () => table.wait(first));
    }
  }

  /** Copies another job's content, except its id and its time, into a job that is in no list. */
  #change(first: StoredJob, job: NewJob): void {
    first.payload = job.payload;
    first.kind = this.#kinds.of(job);
    this.#table.rekey(first, job);
    setFacts(first, job);
    bringSteps(first, job);
  }
}

function refuseTaken(known: StoredJob | undefined, { id, name }: NewJob): void {
  if (known === undefined || known.name === name) return;
  throw idTakenError({ jobId: id, name, takenBy: known.name });
}
