import type { DeduplicationMode } from '@philjs/jobs-core';
import type { Deduplication } from '@philjs/jobs-core/backend';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import { rareOf, type StoredJob } from './stored-job.ts';

/** Pairs a key with its holder. In the list of expiring keys it is sorted by its expiry. */
interface Hold {
  readonly key: string;
  readonly jobId: string;
  readonly mode: DeduplicationMode;
  /** The fencing token the job had when it took the key. */
  readonly fencingToken: number;
  /** When the key is free again at the latest, in epoch milliseconds; `Infinity` when no time was set. */
  rank: number;
  readonly seq: number;
}

/**
 * Records which job holds which deduplication key, by the rules of `DeduplicationMode`. Expired keys are forgotten
 * when the next key is looked up, so none is kept for ever.
 */
export class HeldKeys {
  readonly #holds = new Map<string, Hold>();
  readonly #expiring = new OrderedList<Hold>();
  #lastSeq = 0;

  /** The number of keys that are held or not yet forgotten. */
  get size(): number {
    return this.#holds.size;
  }

  /** Finds the job that holds a key. */
  holderOf(key: string, now: number): string | undefined {
    for (let due = this.#expiring.first(); due && due.rank <= now; due = this.#expiring.first()) {
      this.#release(due);
    }
    return this.#holds.get(key)?.jobId;
  }

  /** Frees a key; returns whether a job held it. */
  free(key: string, now: number): boolean {
    const isHeld = this.holderOf(key, now) !== undefined;
    const hold = this.#holds.get(key);
    if (hold !== undefined) this.#release(hold);
    return isHeld;
  }

  /** Gives a free key to a job. */
  take(jobId: string, { key, mode, ttlMs }: Deduplication, now: number, fencingToken = 0): void {
    const rank = ttlMs === undefined ? Number.POSITIVE_INFINITY : now + ttlMs;
    const hold: Hold = { key, jobId, mode, fencingToken, rank, seq: ++this.#lastSeq };
    this.#holds.set(key, hold);
    if (ttlMs !== undefined) this.#expiring.insert(hold);
  }

  /** Gives a job that is put back its key again; returns the holder instead, if another job has it. */
  takeAgain(job: StoredJob, now: number): string | undefined {
    const wish = job.rare?.deduplication;
    if (wish === undefined) return undefined;
    const holder = this.holderOf(wish.key, now);
    if (holder !== undefined && holder !== job.id) return holder;
    const own = this.#holdOf(job);
    if (own !== undefined) this.#release(own);
    this.take(job.id, wish, now, job.fencingToken);
    return undefined;
  }

  /** Gives a job another key, or none, for the one it had; returns the holder instead, if another job has it. */
  change(job: StoredJob, wish: Deduplication | null, now: number): string | undefined {
    if (job.rare?.deduplication?.key === wish?.key) return undefined;
    const holder = wish === null ? undefined : this.holderOf(wish.key, now);
    if (holder !== undefined) return holder;
    this.removed(job);
    rareOf(job).deduplication = wish ?? undefined;
    if (wish !== null) this.take(job.id, wish, now, job.fencingToken);
    return undefined;
  }

  /** Returns whether a job has not started since it took its key. */
  isUnstarted(job: StoredJob): boolean {
    return this.#holdOf(job)?.fencingToken === job.fencingToken;
  }

  /** Renews the holder's key, as `extend` does. */
  extend({ key, ttlMs }: Deduplication, now: number): void {
    const hold = this.#holds.get(key);
    if (hold === undefined) return;
    this.#expiring.delete(hold);
    hold.rank = ttlMs === undefined ? Number.POSITIVE_INFINITY : now + ttlMs;
    if (ttlMs !== undefined) this.#expiring.insert(hold);
  }

  /** Records that a job started. */
  started(job: StoredJob): void {
    const hold = this.#holdOf(job);
    if (hold !== undefined && hold.mode !== 'drop') this.#release(hold);
  }

  /** Records that a job completed or failed. */
  finished(job: StoredJob): void {
    const hold = this.#holdOf(job);
    if (hold === undefined) return;
    const lasts = hold.mode === 'drop' && hold.rank !== Number.POSITIVE_INFINITY;
    if (!lasts) this.#release(hold);
  }

  /** Records that a job was removed on request. */
  removed(job: StoredJob): void {
    const hold = this.#holdOf(job);
    if (hold !== undefined) this.#release(hold);
  }

  #holdOf(job: StoredJob): Hold | undefined {
    const key = job.rare?.deduplication?.key;
    if (key === undefined) return undefined;
    const hold = this.#holds.get(key);
    return hold?.jobId === job.id ? hold : undefined;
  }

  #release(hold: Hold): void {
    this.#holds.delete(hold.key);
    this.#expiring.delete(hold);
  }
}
