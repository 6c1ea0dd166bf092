import type { JobCounts, JobStatus, Retention, SerializedError } from '@philjs/jobs-core/backend';
import { EventHub } from '../events/event-hub.ts';
import { Watchers } from '../events/watchers.ts';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import { FinishedJobs } from './finished-jobs.ts';
import { HeldKeys } from './held-keys.ts';
import { copyFact } from './job-copy.ts';
import { JobIndex } from './job-index.ts';
import { toOffset } from './offset.ts';
import { RateWindows } from './rate-windows.ts';
import { rareOf, type StoredJob, setKeys } from './stored-job.ts';
import { WaitingLine } from './waiting-line.ts';

/** How many delayed jobs become waiting in one call: any number may be due after a pause. */
const MOST_PROMOTED = 1000;

/** Names the states a job ends in. */
type FinishedStatus = 'completed' | FailedStatus;
/** Names the states a job ends in with an error. */
type FailedStatus = 'failed' | 'cancelled';

/**
 * Holds the jobs of one queue, each in exactly one list: that of its state. Every change of state
 * goes through here, so that counts and deduplication keys follow it. A change is told of (`tell…`)
 * when it is complete, since those who listen may look at once.
 */
export class JobTable {
  readonly #jobs = new JobIndex();
  /** By turn. */
  readonly waiting: WaitingLine = new WaitingLine();
  /** By `runAt`. */
  readonly delayed: OrderedList<StoredJob> = new OrderedList();
  /** By the end of the lease; `seq` is the order of the starts. */
  readonly active: OrderedList<StoredJob> = new OrderedList();
  /** By when they finished. */
  readonly completed: FinishedJobs = new FinishedJobs((job) => this.#jobs.delete(job));
  /** By when they finished. */
  readonly failed: FinishedJobs = new FinishedJobs((job) => this.#jobs.delete(job));
  /** By when they were cancelled. */
  readonly cancelled: FinishedJobs = new FinishedJobs((job) => this.#jobs.delete(job));
  /** Who holds which deduplication key. */
  readonly keys: HeldKeys = new HeldKeys();
  /** The turns reserved under rate limits. */
  readonly turns: RateWindows = new RateWindows();
  /** Where changes are told. */
  readonly events: EventHub = new EventHub();
  /** The consumers. */
  readonly watchers: Watchers = new Watchers();
  /** Whether no job is to be started. */
  paused = false;
  #lastSeq = 0;
  #readyUntold = false;

  /** Finds a job. */
  get(id: string): StoredJob | undefined {
    return this.#jobs.get(id);
  }

  /** Counts the jobs in each state. */
  counts(): JobCounts {
    return {
      waiting: this.waiting.size,
      delayed: this.delayed.size,
      active: this.active.size,
      completed: this.completed.size,
      failed: this.failed.size,
      cancelled: this.cancelled.size,
      blocked: 0,
    };
  }

  /**
   * Iterates over the jobs of a state in its order, or backwards, from behind a key (that of
   * {@link keyOf}). The table must not change meanwhile.
   */
  iterate(status: JobStatus, order: 'newest' | 'oldest', from?: Ranked): Iterable<StoredJob> {
    if (status === 'waiting') return this.waiting.iterate(order, from);
    if (status === 'active') return this.#activeByStart(order, from);
    const list = this.#listOf(status);
    if (list === undefined) return [];
    return order === 'oldest' ? list.ascending(from) : list.descending(from);
  }

  /** Takes in a new job, `delayed` if it is to start later than it was enqueued. */
  add(job: StoredJob): void {
    this.#jobs.add(job);
    this.place(job, job.createdAt);
  }

  /** Makes a job that is in no list `waiting`, or `delayed` if its `runAt` is later than `now`. */
  place(job: StoredJob, now: number): void {
    if (job.runAt <= now) {
      this.wait(job);
      return;
    }
    job.status = 'delayed';
    job.rank = toOffset(job.runAt);
    job.seq = ++this.#lastSeq;
    this.delayed.insert(job);
    if (this.delayed.first() === job) this.#readyUntold = true;
  }

  /** Makes a job that is in no list `waiting`: behind the others of its priority, ahead of them, or where it stood. */
  wait(job: StoredJob, turn: 'behind' | 'ahead' | 'back' = 'behind'): void {
    job.status = 'waiting';
    if (turn === 'behind') this.waiting.push(job);
    else if (turn === 'ahead') this.waiting.pushAhead(job);
    else this.waiting.pushBack(job);
    this.#readyUntold = true;
  }

  /** Gives a job that has not started other keys; its turn stays. */
  rekey(job: StoredJob, keys: Parameters<typeof setKeys>[1]): void {
    this.change(job, () => setKeys(job, keys));
  }

  /** Makes delayed jobs whose time has come `waiting`, at most 1,000 a call; answers whether those were all. */
  promoteDue(now: number): boolean {
    const due = toOffset(now);
    for (let promoted = 0; promoted < MOST_PROMOTED; promoted++) {
      const job = this.delayed.first();
      if (job === undefined || job.rank > due) return true;
      this.delayed.shift();
      this.wait(job);
      this.tell('waiting', job, now);
    }
    return false;
  }

  /** Makes a job just taken from the waiting ones `active`. */
  activate(job: StoredJob, holder: string, now: number, leaseUntil: number): void {
    job.status = 'active';
    job.holder = holder;
    job.fencingToken += 1;
    job.processedAt = now;
    job.rank = toOffset(leaseUntil);
    job.seq = ++this.#lastSeq;
    this.active.insert(job);
    if (job.rare !== undefined) this.keys.started(job);
    this.tell('active', job, now);
  }

  /** Makes a job that is in no list `completed`, `failed` or `cancelled`, and applies its retention. */
  finish(job: StoredJob, status: FinishedStatus, now: number): void {
    job.status = status;
    job.finishedAt = now;
    if (job.rare !== undefined) this.keys.finished(job);
    const keep = retentionOf(job);
    if (keep.count === 0) {
      this.#jobs.delete(job);
      return;
    }
    job.rank = 0;
    job.seq = ++this.#lastSeq;
    this[status].add(job, keep, now);
  }

  /** Makes a job that is in no list `failed` or `cancelled`. */
  fail(job: StoredJob, status: FailedStatus, error: SerializedError, now: number): void {
    const rare = rareOf(job);
    rare.error = error;
    rare.snoozeReason = undefined;
    this.finish(job, status, now);
  }

  /** Drops the finished jobs that have been kept as long as they asked for, oldest first. */
  dropExpired(now: number): void {
    for (const jobs of [this.completed, this.failed, this.cancelled]) {
      jobs.dropExpired(now, retentionOf);
    }
  }

  /** Changes a job that waits or is delayed, in such a way that its place stays. */
  change(job: StoredJob, change: () => void): void {
    if (job.status !== 'waiting') change();
    else {
      this.waiting.change(job, change);
      this.#readyUntold = true;
    }
  }

  /** Takes a job out of the list of its state; an active one that never `started` to run gives its start back. */
  leave(job: StoredJob, { started = true }: { readonly started?: boolean } = {}): void {
    if (job.status === 'waiting') this.waiting.delete(job);
    else this.#listOf(job.status)?.delete(job);
    if (job.status === 'active' && this.waiting.ended(job, started)) this.#readyUntold = true;
  }

  /** Gives back the turn that a job waits for, if it has reserved one, before the job goes. */
  giveTurnBack({ status, rare, runAt }: StoredJob): void {
    if (status !== 'delayed' || rare?.reservedUnder === undefined) return;
    this.turns.giveBack({ key: rare.reservedUnder, at: runAt });
  }

  /** Removes a job for good, as somebody asked. */
  remove(job: StoredJob, now: number): void {
    this.giveTurnBack(job);
    this.leave(job);
    this.#jobs.delete(job);
    if (job.rare !== undefined) this.keys.removed(job);
    this.tell('removed', job, now);
  }

  /** Tells those who listen about a change of a job that has no more to it. */
  tell(type: 'waiting' | 'active' | 'stalled' | 'removed', job: StoredJob, at: number): void {
    if (!this.events.wants(type)) return;
    this.events.emit({ type, jobId: job.id, name: job.name, at });
  }

  /** Tells those who listen where a job was placed. */
  tellPlaced(job: StoredJob, at: number): void {
    if (job.status === 'waiting') this.tell('waiting', job, at);
    else if (this.events.wants('delayed')) {
      const { id, name, runAt } = job;
      this.events.emit({ type: 'delayed', jobId: id, name, at, runAt });
    }
  }

  /** Tells those who listen that a job failed or was cancelled, once it is in no other state any more. */
  tellFailed(job: StoredJob, type: FailedStatus, error: SerializedError, at: number): void {
    if (this.events.wants(type)) {
      const { id, name } = job;
      this.events.emit({ type, jobId: id, name, at, error: copyFact(error) });
    }
    this.tellDrained(at);
  }

  /** Tells those who listen, once a job has ended, if none waits or is active any more. */
  tellDrained(at: number): void {
    if (this.waiting.size === 0 && this.active.size === 0 && this.events.wants('drained')) {
      this.events.emit({ type: 'drained', at });
    }
  }

  /** Tells the consumers, once a change is complete, if there is something for them to start. */
  tellReady(): void {
    if (!this.#readyUntold) return;
    this.#readyUntold = false;
    this.watchers.ready();
  }

  /** As many jobs are active as workers run, so sorting them is cheap. */
  #activeByStart(order: 'newest' | 'oldest', from?: Ranked): StoredJob[] {
    const sign = order === 'oldest' ? 1 : -1;
    return [...this.active.ascending()]
      .filter((job) => from === undefined || sign * (job.seq - from.seq) > 0)
      .sort((a, b) => sign * (a.seq - b.seq));
  }

  #listOf(status: JobStatus): OrderedList<StoredJob> | FinishedJobs | undefined {
    return status === 'waiting' || status === 'blocked' ? undefined : this[status];
  }
}

/** Returns where a job stands among those of its state. */
export function keyOf(job: StoredJob): Ranked {
  return { rank: job.status === 'active' ? 0 : job.rank, seq: job.seq };
}

function retentionOf({ status, kind }: StoredJob): Retention {
  if (status === 'completed') return kind.keepCompleted;
  return status === 'cancelled' ? kind.keepCancelled : kind.keepFailed;
}
