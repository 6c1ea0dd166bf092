import {
  JOB_STATUSES,
  type JobCounts,
  type JobStatus,
  type SerializedError,
} from '@philjs/jobs-core';
import { type Retention, strictOf } from '@philjs/jobs-core/backend';
import { MemoryEventHub } from '../events/event-hub.ts';
import { Watchers } from '../events/watchers.ts';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import type { WorkflowNode } from '../workflow/workflow-node.ts';
import { FinishedJobs } from './finished-jobs.ts';
import { HeldKeys } from './held-keys.ts';
import { copyFact } from './job-copy.ts';
import { JobIndex } from './job-index.ts';
import { toOffset } from './offset.ts';
import { RateWindows } from './rate-windows.ts';
import { type LimitKeys, type RareFields, rareOf, type StoredJob, setKeys } from './stored-job.ts';
import { WaitingLine } from './waiting-line.ts';

/** The number of delayed jobs that become waiting in one call: any number may be due after a pause. */
const MOST_PROMOTED = 1000;

/** Lists the states a job ends in. */
type FinishedStatus = 'completed' | FailedStatus;
/** Lists the states a job ends in with an error. */
type FailedStatus = 'failed' | 'cancelled';

/**
 * Holds the jobs of one queue, each in exactly one list: that of its state. Every change of state goes through this
 * class, so counts and deduplication keys follow it. A change is reported (`tell…`) when it is complete, since
 * listeners may read the table immediately.
 */
export class JobTable {
  readonly #jobs = new JobIndex();
  /** In queue order. */
  readonly waiting: WaitingLine = new WaitingLine();
  /** By `runAt`. */
  readonly delayed: OrderedList<StoredJob> = new OrderedList();
  /** By the end of the lease; `seq` is the order of the starts. */
  readonly active: OrderedList<StoredJob> = new OrderedList();
  /** By when they finished. */
  readonly completed: FinishedJobs = new FinishedJobs((jobs, now) => this.#dropAll(jobs, now));
  /** By when they finished. */
  readonly failed: FinishedJobs = new FinishedJobs((jobs, now) => this.#dropAll(jobs, now));
  /** By when they were cancelled. */
  readonly cancelled: FinishedJobs = new FinishedJobs((jobs, now) => this.#dropAll(jobs, now));
  /** Those that wait for other jobs, in the order in which they began to. */
  readonly blocked: OrderedList<StoredJob> = new OrderedList();
  /** Those among them that may have nothing left to wait for. */
  readonly releasable: Set<WorkflowNode> = new Set();
  /** The holder of each deduplication key. */
  readonly keys: HeldKeys = new HeldKeys();
  /** The reservations under rate limits. */
  readonly turns: RateWindows = new RateWindows();
  /** The receiver of changes. */
  readonly events: MemoryEventHub = new MemoryEventHub();
  /** The consumers. */
  readonly watchers: Watchers = new Watchers();
  /** Whether any of its jobs ever was in a workflow. */
  hasWorkflows = false;
  /** Whether starts are paused. */
  paused = false;
  #lastSeq = 0;
  #readyUntold = false;

  /** Finds a job, by an id whose hash may be known. */
  get(id: string, hash?: number): StoredJob | undefined {
    return this.#jobs.get(id, hash);
  }

  /** Returns the hash of an id. */
  hash(id: string): number {
    return this.#jobs.hash(id);
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
      blocked: this.blocked.size,
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

  /** Adds a new job, `delayed` if it is to start later than it was enqueued; the hash of its id may be known. */
  add(job: StoredJob, hash?: number): void {
    this.#jobs.add(job, hash);
    const waitsFor = job.rare?.node;
    if (waitsFor === undefined) this.place(job, job.createdAt);
    else this.block(job);
  }

  /** Makes a job that is in no list `waiting`, `delayed` if its `runAt` is later than `now`, or `blocked`. */
  place(job: StoredJob, now: number): void {
    if (job.rare?.node?.isBlocking) {
      this.block(job);
      return;
    }
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

  /**
   * Makes a job that is in no list `waiting`: behind the others of its priority, ahead of them, or at its earlier
   * position.
   */
  wait(job: StoredJob, turn: 'behind' | 'ahead' | 'back' = 'behind'): void {
    job.status = 'waiting';
    if (turn === 'behind') this.waiting.push(job);
    else if (turn === 'ahead') this.waiting.pushAhead(job);
    else this.waiting.pushBack(job);
    this.#readyUntold = true;
  }

  /** Makes a job that is in no list `blocked`, and lists it to be released if it has nothing to wait for. */
  block(job: StoredJob): void {
    job.status = 'blocked';
    job.rank = 0;
    job.seq = ++this.#lastSeq;
    this.blocked.insert(job);
    job.rare?.node?.listIfReady();
    if (this.releasable.size > 0) this.#readyUntold = true;
  }

  /** Lets jobs of other queues wait no longer for those of this table, which is not used any more. */
  abandonWorkflows(): void {
    if (!this.hasWorkflows) return;
    for (const status of JOB_STATUSES) {
      for (const job of [...this.iterate(status, 'oldest')]) job.rare?.node?.removed(0);
    }
  }

  /** Notifies the consumers that a job of another queue made blocked jobs ready to be released. */
  tellListed(): void {
    if (this.releasable.size > 0) this.watchers.ready();
  }

  /** Keeps a finished job whatever its retention. */
  hold(job: StoredJob): void {
    if (isFinished(job.status)) this[job.status].hold(job);
  }

  /** Applies the retention to a finished job that was held. */
  letGo(job: StoredJob, now: number): void {
    if (job.rare?.heldKey !== undefined) return;
    if (isFinished(job.status)) this[job.status].letGo(job, retentionOf(job), now);
  }

  /** Makes due delayed jobs `waiting`, at most 1,000 a call; returns whether those were all. */
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

  /**
   * Makes jobs just taken from the waiting ones `active`. A loop that does nothing else: where many jobs wait, each is
   * read from memory for the first time here, and the processor fetches several at once.
   */
  activate(jobs: readonly StoredJob[], holder: string, now: number, leaseUntil: number): void {
    const rank = toOffset(leaseUntil);
    for (let index = 0; index < jobs.length; index++) {
      const job = jobs[index] as StoredJob;
      job.status = 'active';
      job.holder = holder;
      job.fencingToken += 1;
      job.processedAt = now;
      job.rank = rank;
      job.seq = ++this.#lastSeq;
      this.active.insert(job);
    }
    const isWanted = this.events.wants('active');
    for (let index = 0; index < jobs.length; index++) {
      const job = jobs[index] as StoredJob;
      if (job.rare !== undefined) this.keys.started(job);
      if (isWanted) this.tell('active', job, now);
    }
  }

  /** Makes a job that is in no list `completed`, `failed` or `cancelled`, and applies its retention. */
  finish(job: StoredJob, status: FinishedStatus, now: number): void {
    job.status = status;
    job.finishedAt = now;
    const holds = this.#holdsOn(job);
    const node = job.rare === undefined ? undefined : this.#ended(job, job.rare, now);
    const keep = retentionOf(job);
    if (keep.count === 0 && !node?.isAwaited && !holds) {
      this.#drop(job, now);
      return;
    }
    job.rank = 0;
    job.seq = ++this.#lastSeq;
    if (node?.isAwaited || holds) {
      this[status].keep(job);
      return;
    }
    this[status].add(job, keep, now);
  }

  /** Makes a job that is in no list `failed` or `cancelled`. */
  fail(job: StoredJob, status: FailedStatus, error: SerializedError, now: number): void {
    const rare = rareOf(job);
    rare.error = error;
    rare.snoozeReason = undefined;
    this.finish(job, status, now);
  }

  /** Removes the finished jobs whose retention time is over, oldest first. */
  dropExpired(now: number): void {
    for (const jobs of [this.completed, this.failed, this.cancelled]) {
      jobs.dropExpired(now, retentionOf);
    }
  }

  /** Gives a job in no list the keys of its limits. One that keeps a strict key frees that, unless it gets it again. */
  rekey(job: StoredJob, keys: LimitKeys): void {
    const { concurrencyKey, ...rest } = keys;
    const isSame = job.rare?.heldKey !== undefined && job.rare.heldKey === concurrencyKey;
    if (!isSame && this.waiting.freeKey(job)) this.#readyUntold = true;
    setKeys(job, isSame ? rest : keys);
  }

  /** Changes a waiting or delayed job in such a way that its position stays. */
  change(job: StoredJob, change: () => void): void {
    if (job.status !== 'waiting') change();
    else {
      this.waiting.change(job, change);
      this.#readyUntold = true;
    }
  }

  /** Takes a job out of its list, changes it, and puts it in another: keys keep their turns in between. */
  move(job: StoredJob, change: () => void, put: () => void): void {
    this.waiting.whileMoving(() => {
      this.leave(job);
      change();
      put();
    });
  }

  /** Removes a job from the list of its state; an active one that never `started` to run gives its start back. */
  leave(job: StoredJob, started = true): void {
    if (job.status === 'active') {
      this.active.delete(job);
      if (this.waiting.ended(job, started)) this.#readyUntold = true;
    } else if (job.status === 'waiting') this.waiting.delete(job);
    else this.#listOf(job.status)?.delete(job);
  }

  /** Gives back a job's reservation, if it has one, before the job goes. */
  giveTurnBack({ status, rare, runAt }: StoredJob): void {
    if (status !== 'delayed' || rare?.reservedUnder === undefined) return;
    this.turns.giveBack({ key: rare.reservedUnder, at: runAt });
  }

  /** Removes a job for good, on request. */
  remove(job: StoredJob, now: number): void {
    this.giveTurnBack(job);
    this.leave(job);
    if (this.waiting.freeKey(job)) this.#readyUntold = true;
    if (job.rare !== undefined) this.keys.removed(job);
    this.#drop(job, now);
    if (this.releasable.size > 0) this.#readyUntold = true;
    this.tell('removed', job, now);
  }

  /** Notifies listeners of a change of a job that needs no further step. */
  tell(type: 'waiting' | 'active' | 'stalled' | 'removed', job: StoredJob, at: number): void {
    if (!this.events.wants(type)) return;
    this.events.emit({ type, jobId: job.id, name: job.name, at });
  }

  /** Notifies listeners of the state a job was put into. */
  tellPlaced(job: StoredJob, at: number): void {
    if (job.status === 'waiting') this.tell('waiting', job, at);
    else if (job.status === 'delayed' && this.events.wants('delayed')) {
      const { id, name, runAt } = job;
      this.events.emit({ type: 'delayed', jobId: id, name, at, runAt });
    }
  }

  /** Notifies listeners that a job failed or was cancelled, once it is in no other state any more. */
  tellFailed(job: StoredJob, type: FailedStatus, error: SerializedError, at: number): void {
    if (this.events.wants(type)) {
      const { id, name, rare } = job;
      const ends = rare?.node?.isLast ? { endsWorkflow: true as const } : undefined;
      this.events.emit({ type, jobId: id, name, at, error: copyFact(error), ...ends });
    }
    this.tellDrained(at);
  }

  /** Notifies listeners, once a job has ended, if no job is waiting or active any more. */
  tellDrained(at: number): void {
    if (this.waiting.size > 0 || this.active.size > 0) return;
    for (const node of this.releasable) if (node.isReadyAt(at)) return;
    if (this.events.wants('drained')) this.events.emit({ type: 'drained', at });
  }

  /** Notifies the consumers, once a change is complete, if there is a job for them to start. */
  tellReady(): void {
    if (!this.#readyUntold) return;
    this.#readyUntold = false;
    this.watchers.ready();
  }

  /** The number of active jobs is that of running workers, so sorting them is cheap. */
  #activeByStart(order: 'newest' | 'oldest', from?: Ranked): StoredJob[] {
    const sign = order === 'oldest' ? 1 : -1;
    return [...this.active.ascending()]
      .filter((job) => from === undefined || sign * (job.seq - from.seq) > 0)
      .sort((a, b) => sign * (a.seq - b.seq));
  }

  #listOf(status: JobStatus): OrderedList<StoredJob> | FinishedJobs | undefined {
    return status === 'waiting' ? undefined : this[status];
  }

  /** Tells the jobs that wait for one that it has ended. */
  #ended(job: StoredJob, { node }: RareFields, now: number): WorkflowNode | undefined {
    this.keys.finished(job);
    if (node === undefined) return undefined;
    node.ended(job.status === 'completed', now);
    if (this.releasable.size > 0) this.#readyUntold = true;
    return node;
  }

  /** Returns whether a job that has ended keeps its strict key, and frees that if it does not. */
  #holdsOn(job: StoredJob): boolean {
    const key = job.rare?.heldKey;
    if (key === undefined) return false;
    if (job.status === 'failed' && strictOf(key) === 'hold') return true;
    if (this.waiting.freeKey(job)) this.#readyUntold = true;
    return false;
  }

  #dropAll(jobs: readonly StoredJob[], now: number): void {
    this.#jobs.deleteAll(jobs);
    for (let index = 0; index < jobs.length; index++) jobs[index]?.rare?.node?.removed(now);
  }

  #drop(job: StoredJob, now: number): void {
    this.#jobs.delete(job);
    job.rare?.node?.removed(now);
  }
}

/** Returns a job's position among those of its state. */
export function keyOf(job: StoredJob): Ranked {
  const { number, seq, rank } = job;
  return { rank: job.status === 'active' ? 0 : rank, number, seq };
}

function isFinished(status: JobStatus): status is FinishedStatus {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

function retentionOf({ status, kind }: StoredJob): Retention {
  if (status === 'completed') return kind.keepCompleted;
  return status === 'cancelled' ? kind.keepCancelled : kind.keepFailed;
}
