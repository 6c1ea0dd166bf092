import type { AddResult, Deduplication, NewJob } from '@philjs/jobs-core/backend';
import { inOnePiece } from '../state/in-one-piece.ts';
import { JobKinds } from '../state/job-kind.ts';
import type { JobTable } from '../state/job-table.ts';
import { rareOf, StoredJob } from '../state/stored-job.ts';

/** Takes new jobs into a table: known ids and held keys are answered, everything else is stored. */
export class JobIntake {
  readonly #table: JobTable;
  readonly #kinds = new JobKinds();

  constructor(table: JobTable) {
    this.#table = table;
  }

  /** Stores jobs in the order given. */
  add(jobs: readonly NewJob[]): AddResult[] {
    const table = this.#table;
    const placed: StoredJob[] | undefined =
      table.events.wants('waiting') || table.events.wants('delayed') ? [] : undefined;
    const at = jobs[0]?.createdAt ?? 0;
    // Those whose time came before these were enqueued go before them.
    if (table.delayed.size > 0) table.promoteDue(at);
    const results = jobs.length === 1 ? this.#addFirst(jobs, placed) : this.#addAll(jobs, placed);
    if (placed !== undefined) for (const job of placed) table.tellPlaced(job, at);
    table.tellReady();
    return results;
  }

  /** Most calls bring one job: this one makes no list that grows. */
  #addFirst([job]: readonly NewJob[], placed: StoredJob[] | undefined): AddResult[] {
    return [this.#addOne(job as NewJob, placed)];
  }

  #addAll(jobs: readonly NewJob[], placed: StoredJob[] | undefined): AddResult[] {
    return jobs.map((job) => this.#addOne(job, placed));
  }

  #addOne(job: NewJob, placed: StoredJob[] | undefined): AddResult {
    const table = this.#table;
    const id = inOnePiece(job.id);
    if (table.get(id) !== undefined) return { id, outcome: 'duplicate' };
    const { deduplication } = job;
    if (deduplication !== undefined) {
      const holder = table.keys.holderOf(deduplication.key, job.createdAt);
      if (holder !== undefined) return this.#meet(holder, job, deduplication, placed);
      table.keys.take(id, deduplication, job.createdAt);
    }
    const stored = new StoredJob(job, this.#kinds.of(job));
    table.add(stored);
    placed?.push(stored);
    return { id, outcome: 'added' };
  }

  /** Settles what a new job does when another one holds its key. */
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
    const takes = ready && first.fencingToken === 0 && first.name === job.name;
    if (!takes || wish.mode === 'drop') return { id: holder, outcome: 'duplicate' };
    first.payload = job.payload;
    table.rekey(first, job);
    if (first.kind.version !== job.version) first.kind = { ...first.kind, version: job.version };
    if (wish.mode === 'extend') {
      table.leave(first);
      first.runAt = job.runAt;
      if (job.expiresAt !== undefined || first.rare?.expiresAt !== undefined) {
        rareOf(first).expiresAt = job.expiresAt;
      }
      table.place(first, job.createdAt);
      table.keys.extend(wish, job.createdAt);
      placed?.push(first);
    }
    return { id: holder, outcome: 'replaced' };
  }
}
