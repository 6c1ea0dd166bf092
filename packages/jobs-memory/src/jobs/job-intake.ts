import type { AddResult, Deduplication, NewJob } from '@philjs/jobs-core';
import type { JobTable } from '../state/job-table.ts';
import { rareOf, StoredJob } from '../state/stored-job.ts';

/** Takes new jobs into a table: known ids and held keys are answered, everything else is stored. */
export class JobIntake {
  readonly #table: JobTable;

  constructor(table: JobTable) {
    this.#table = table;
  }

  /** Stores jobs in the order given. */
  add(jobs: readonly NewJob[], now: number): AddResult[] {
    const table = this.#table;
    // Those whose time came before these were enqueued go before them.
    if (table.delayed.size > 0) table.promoteDue(now);
    const placed: StoredJob[] = [];
    const results = jobs.map((job) => this.#addOne(job, placed));
    if (table.events.listening) {
      for (const job of placed) table.tellPlaced(job, now);
    }
    table.tellReady();
    return results;
  }

  #addOne(job: NewJob, placed: StoredJob[]): AddResult {
    const table = this.#table;
    if (table.get(job.id) !== undefined) return { id: job.id, outcome: 'duplicate' };
    const { deduplication } = job;
    if (deduplication !== undefined) {
      const holder = table.keys.holderOf(deduplication.key, job.createdAt);
      if (holder !== undefined) return this.#meet(holder, job, deduplication, placed);
      table.keys.take(job.id, deduplication, job.createdAt);
    }
    const stored = new StoredJob(job);
    table.add(stored);
    placed.push(stored);
    return { id: job.id, outcome: 'added' };
  }

  /** Settles what a new job does when another one holds its key. */
  #meet(holder: string, job: NewJob, wish: Deduplication, placed: StoredJob[]): AddResult {
    const table = this.#table;
    const first = table.get(holder);
    const ready = first?.status === 'waiting' || first?.status === 'delayed';
    // A payload fits only handlers of its own name.
    const takes = ready && first.fencingToken === 0 && first.name === job.name;
    if (!takes || wish.mode === 'drop') return { id: holder, outcome: 'duplicate' };
    first.payload = job.payload;
    first.version = job.version;
    if (wish.mode === 'extend') {
      table.leave(first);
      first.runAt = job.runAt;
      if (job.expiresAt !== undefined || first.rare?.expiresAt !== undefined) {
        rareOf(first).expiresAt = job.expiresAt;
      }
      table.place(first, job.createdAt);
      table.keys.extend(wish, job.createdAt);
      placed.push(first);
    }
    return { id: holder, outcome: 'replaced' };
  }
}
