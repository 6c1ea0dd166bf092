import type { CancelResult, JobStatus } from '@philjs/jobs-core';
import {
  type Backend,
  copyJson,
  type JobUpdate,
  keyHeldError,
  type UpdateStore,
} from '@philjs/jobs-core/backend';
import { INACTIVE_STATUSES, RETRIABLE_STATUSES } from '@philjs/jobs-core/internal';
import type { JobTable } from '../state/job-table.ts';
import { toOffset } from '../state/offset.ts';
import { rareOf, restartAt, type StoredJob, setOrder, setTags } from '../state/stored-job.ts';
import { bringBackDependants, resetJob } from '../workflow/bring-back.ts';

/** Makes the changes that users request: each by its `Backend` method of the same name. */
export class JobChanges {
  readonly #table: JobTable;

  constructor(table: JobTable) {
    this.#table = table;
  }

  /** Removes jobs that are not active. */
  remove(
    { ids, statuses = INACTIVE_STATUSES }: Parameters<Backend['remove']>[0],
    now: number,
  ): number {
    return this.#each(ids, (job) => {
      if (job.status === 'active' || !statuses.includes(job.status)) return false;
      this.#table.remove(job, now);
      return true;
    });
  }

  /**
   * Puts failed and cancelled jobs back to run again.
   *
   * @throws JobsError `JOBS_CONFLICT` when it is a single job, and another job holds its key
   */
  retry(
    { ids, statuses = RETRIABLE_STATUSES }: Parameters<Backend['retry']>[0],
    now: number,
  ): number {
    const chosen = new Set<StoredJob>();
    for (const id of ids) {
      const job = this.#table.get(id);
      const isChosen = job && RETRIABLE_STATUSES.includes(job.status);
      if (isChosen && statuses.includes(job.status)) chosen.add(job);
    }
    return this.#each(ids, (job) => {
      if (!chosen.delete(job)) return false;
      // It came back with one before it, for which it had failed.
      if (job.finishedAt === undefined) return true;
      const heldBy = this.#table.keys.takeAgain(job, now);
      if (heldBy !== undefined) {
        if (ids.length === 1) throw keyHeldError({ jobId: job.id, heldBy });
        return false;
      }
      this.#table.leave(job);
      resetJob(job, now);
      const node = job.rare?.node;
      node?.lookAgain();
      if (node !== undefined) bringBackDependants(node, now);
      if (node?.isBlocking) {
        this.#table.block(job);
        return true;
      }
      this.#table.wait(job);
      this.#table.tell('waiting', job, now);
      return true;
    });
  }

  /** Makes delayed jobs ready. */
  promote(ids: readonly string[], now: number): number {
    return this.#each(ids, (job) => {
      if (job.status !== 'delayed') return false;
      this.#table.leave(job);
      restartAt(job, now);
      this.#table.wait(job);
      this.#table.tell('waiting', job, now);
      return true;
    });
  }

  /**
   * Changes waiting or delayed jobs; their metadata in every state but `active`.
   *
   * @throws JobsError `JOBS_CONFLICT` when it is a single job, and another job holds its new key
   */
  update({ ids, changes }: Parameters<UpdateStore['update']>[0], now: number): number {
    const { metadata, ...rest } = changes;
    const isNote = Object.keys(rest).length === 0;
    const states: readonly JobStatus[] = isNote ? INACTIVE_STATUSES : ['waiting', 'delayed'];
    return this.#each(ids, (job) => {
      if (!states.includes(job.status)) return false;
      const wish = changes.payload?.deduplication;
      const heldBy = wish === undefined ? undefined : this.#table.keys.change(job, wish, now);
      if (heldBy !== undefined) {
        if (ids.length === 1) throw keyHeldError({ jobId: job.id, heldBy });
        return false;
      }
      if (metadata !== undefined) rareOf(job).metadata = copyJson(metadata);
      if (!isNote) this.#rewrite(job, rest, now);
      return true;
    });
  }

  #rewrite(job: StoredJob, changes: JobUpdate, now: number): void {
    const { payload, priority, maxAttempts, runAt } = changes;
    const moves = runAt !== undefined || (priority !== undefined && job.status === 'waiting');
    const rewrite = (): void => {
      if (payload !== undefined) {
        job.payload = copyJson(payload.value);
        this.#table.rekey(job, payload);
        if (payload.order !== undefined) setOrder(job, payload.order);
        if (payload.tags !== undefined) setTags(job, payload.tags);
      }
      job.kind = {
        ...job.kind,
        ...(payload !== undefined && { version: payload.version }),
        ...(priority !== undefined && { priority }),
        ...(maxAttempts !== undefined && { maxAttempts }),
      };
      if (runAt !== undefined) restartAt(job, Math.max(now, runAt));
    };
    if (moves) {
      const { status } = job;
      const put = (): void => {
        if (runAt === undefined) this.#table.wait(job);
        else this.#table.place(job, now);
      };
      this.#table.move(job, rewrite, put);
      if (status === 'delayed' || job.status === 'delayed') this.#table.tellPlaced(job, now);
    } else if (payload === undefined) rewrite();
    else this.#table.change(job, rewrite);
  }

  /** Cancels a job that has not started, or by force one whose lease has ended; sends a request to the worker of another one. */
  cancel(params: Parameters<Backend['cancel']>[0], now: number): CancelResult {
    const { id, statuses, reason, force = false, error } = params;
    const table = this.#table;
    const job = table.get(id);
    if (job === undefined) return 'not-found';
    if (job.finishedAt !== undefined) return 'finished';
    if (statuses?.includes(job.status) === false) return 'other-status';
    const isLost = job.status === 'active' && job.rank <= toOffset(now);
    if (job.status !== 'active' || (force && isLost)) {
      table.giveTurnBack(job);
      table.leave(job);
      table.fail(job, 'cancelled', error, now);
      table.tellFailed(job, 'cancelled', error, now);
      table.tellReady();
      return 'cancelled';
    }
    const rare = rareOf(job);
    const why = reason ?? rare.cancelRequested?.reason;
    const request = {
      force: force || rare.cancelRequested?.force === true,
      ...(why === undefined ? undefined : { reason: why }),
    };
    rare.cancelRequested = request;
    table.watchers.cancel({ lease: { id, fencingToken: job.fencingToken }, ...request });
    return 'requested';
  }

  /** Removes all jobs of the given states, at most a number of them. */
  clear(
    now: number,
    statuses: readonly JobStatus[] = INACTIVE_STATUSES,
    most: number = Number.POSITIVE_INFINITY,
  ): number {
    let removed = 0;
    for (const status of new Set(statuses)) {
      // Of blocked jobs the last goes first: the others may be what it waits for.
      const order = status === 'blocked' ? 'newest' : 'oldest';
      const { waiting } = this.#table;
      const jobs = status === 'waiting' ? waiting.each() : this.#table.iterate(status, order);
      for (const job of firstOf(jobs, most - removed)) {
        // A listener may have changed it meanwhile.
        if (this.#table.get(job.id) !== job || job.status !== status) continue;
        this.#table.remove(job, now);
        removed += 1;
      }
    }
    this.#table.tellReady();
    return removed;
  }

  /** Pauses or resumes the queue. */
  setPaused(paused: boolean, now: number): void {
    const table = this.#table;
    if (table.paused === paused) return;
    table.paused = paused;
    const type = paused ? 'paused' : 'resumed';
    if (table.events.wants(type)) table.events.emit({ type, at: now });
    if (!paused) table.watchers.ready();
  }

  #each(ids: readonly string[], change: (job: StoredJob) => boolean): number {
    let changed = 0;
    for (const id of ids) {
      const job = this.#table.get(id);
      if (job !== undefined && change(job)) changed += 1;
    }
    this.#table.tellReady();
    return changed;
  }
}

/** Lists the first jobs, up to a number. */
function firstOf(jobs: Iterable<StoredJob>, most: number): StoredJob[] {
  const first: StoredJob[] = [];
  if (most <= 0) return first;
  for (const job of jobs) if (first.push(job) >= most) break;
  return first;
}
