import type { JsonValue } from '@philjs/jobs-core';
import type {
  DeadLetterToStore,
  EndedLease,
  ExchangeAnswer,
  ExchangeParams,
  JobRecord,
  Lease,
  LeaseCancellation,
  LeaseStore,
  StalledJob,
} from '@philjs/jobs-core/backend';
import { limitOwner } from '@philjs/jobs-core/backend';
import { CompletedLeases } from '@philjs/jobs-core/internal';
import { copyJob, copyJobs } from '../state/job-copy.ts';
import type { JobTable } from '../state/job-table.ts';
import { fromOffset, toOffset } from '../state/offset.ts';
import { StoredJob } from '../state/stored-job.ts';
import { releaseDependants } from '../workflow/release-dependants.ts';
import { Answers } from './answers.ts';
import { recordOutcome } from './record-outcome.ts';
import { takeBack } from './take-back.ts';

const NONE: readonly never[] = [];

type Draft = { -readonly [key in keyof ExchangeAnswer]: ExchangeAnswer[key] };

/** Leases the jobs of a table to the consumers of one backend. Every method returns synchronously. */
export class MemoryLeaseStore implements LeaseStore {
  readonly #table: JobTable;
  readonly #keep: (letter: DeadLetterToStore) => void;
  readonly #answers = new Answers();
  /** The leases of jobs that their handlers completed. */
  readonly #completed = new CompletedLeases();
  #stopWatching = new Set<() => void>();
  #abandoned = false;

  constructor(table: JobTable, keep: (letter: DeadLetterToStore) => void) {
    this.#table = table;
    this.#keep = keep;
  }

  /**
   * Disconnects the consumers of this backend, as if their process had died: they hold no lease any more and get
   * none. The jobs stay active until their leases have run out.
   */
  abandon(): void {
    this.#abandoned = true;
    for (const stop of this.#stopWatching) stop();
    this.#table.watchers.ready();
  }

  /** Records ended leases and hands out ready jobs; see {@link LeaseStore}. */
  exchange(params: ExchangeParams): ExchangeAnswer {
    const { holder, sequence, ended, now, leaseMs } = params;
    if (this.#abandoned) {
      return { refused: ended.map(({ lease }) => lease), jobs: [], stalled: [], now };
    }
    const known = this.#answers.find(holder, sequence);
    if (known !== undefined) return this.#again(known);
    const refused = this.#record(params);
    const stalled = takeBack(this.#table, params);
    const doomed =
      this.#table.releasable.size === 0 ? undefined : releaseDependants(this.#table, params);
    const answer = this.#hand(params, refused, stalled, doomed);
    this.#answers.add(holder, sequence, answer, now + leaseMs);
    this.#table.tellReady();
    return answer;
  }

  #record({ ended, now }: ExchangeParams): readonly Lease[] {
    let refused: Lease[] | undefined;
    for (let index = 0; index < ended.length; index++) {
      const { lease, outcome, handle } = ended[index] as EndedLease;
      const job = handle instanceof StoredJob ? this.#heldAs(handle, lease) : this.held(lease);
      if (job !== undefined) {
        recordOutcome(this.#table, job, outcome, now);
        if (outcome.type === 'fail' && outcome.deadLetter !== undefined)
          this.#keep(outcome.deadLetter);
        continue;
      }
      refused ??= [];
      refused.push(lease);
    }
    return refused ?? NONE;
  }

  /** Renews leases; see {@link LeaseStore}. */
  extend({ holder, leases, now, leaseMs }: Parameters<LeaseStore['extend']>[0]): {
    lost: Lease[];
    cancelled: LeaseCancellation[];
  } {
    const lost: Lease[] = [];
    const cancelled: LeaseCancellation[] = [];
    for (const lease of leases) {
      const job = this.held(lease);
      if (job === undefined) {
        if (!this.#completed.has(lease)) lost.push(lease);
        continue;
      }
      this.#table.active.delete(job);
      job.rank = toOffset(now + leaseMs);
      job.holder = holder;
      this.#table.active.insert(job);
      const request = job.rare?.cancelRequested;
      if (request !== undefined) cancelled.push({ lease, ...request });
    }
    return { lost, cancelled };
  }

  /** Completes a job while its handler runs; returns whether its lease was held. */
  completeIn(lease: Lease, result: JsonValue | undefined, now: number): boolean {
    const job = this.held(lease);
    if (job === undefined) return false;
    recordOutcome(this.#table, job, { type: 'complete', result }, now);
    this.#completed.add(lease);
    this.#table.tellReady();
    return true;
  }

  /** Notifies a consumer of changes it need not wait for; see {@link LeaseStore}. */
  watch(watcher: Parameters<NonNullable<LeaseStore['watch']>>[0]): () => void {
    const remove = this.#table.watchers.add(watcher);
    const stop = (): void => {
      remove();
      this.#stopWatching.delete(stop);
    };
    this.#stopWatching.add(stop);
    return stop;
  }

  /** Finds the job of a lease, if this backend's consumers still hold it. */
  held(lease: Lease): StoredJob | undefined {
    const job = this.#abandoned ? undefined : this.#table.get(lease.id);
    return job?.status === 'active' && job.fencingToken === lease.fencingToken ? job : undefined;
  }

  /** Returns the job that the lease's handle is, if it is still held: its id need not be looked up. */
  #heldAs(job: StoredJob, { fencingToken }: Lease): StoredJob | undefined {
    const isHeld = job.status === 'active' && job.fencingToken === fencingToken;
    return isHeld && !this.#abandoned ? job : undefined;
  }

  #hand(
    { holder, limit, now, leaseMs, limits }: ExchangeParams,
    refused: readonly Lease[],
    stalled: readonly StalledJob[],
    doomed: readonly StoredJob[] | undefined,
  ): ExchangeAnswer {
    const table = this.#table;
    if (limit === 0) return { refused, stalled, jobs: doomed?.map(copyJob) ?? NONE, now };
    const isCut = !table.promoteDue(now);
    if (limits.size > 0) table.waiting.adopt(limits, table.active.ascending());
    const handles = table.paused ? [] : table.waiting.takeUpTo(limit, now);
    table.activate(handles, holder, now, now + leaseMs);
    const jobs = copyJobs(handles);
    const isMore = jobs.length < limit && (isCut || table.releasable.size > 0);
    // Always of the same fields: code that reads the answers is compiled once.
    const answer: Draft = {
      refused,
      stalled,
      jobs,
      handles,
      now,
      nextAt: isMore ? now : jobs.length === limit ? undefined : this.#nextAt(now),
    };
    if (doomed !== undefined) {
      answer.jobs = [...jobs, ...doomed.map(copyJob)];
      answer.handles = [...handles, ...doomed];
    }
    if (table.waiting.hasLimits) Object.assign(answer, this.#windowsOf(jobs));
    return answer;
  }

  /** Returns the earlier answer, with only those of its jobs that are still held. */
  #again(answer: ExchangeAnswer): ExchangeAnswer {
    const handles = answer.jobs.flatMap((lease) => this.held(lease) ?? []);
    return { ...answer, jobs: handles.map(copyJob), handles };
  }

  /** Returns the window of each of the limits of the jobs' rates. */
  #windowsOf(jobs: readonly JobRecord[]): Pick<ExchangeAnswer, 'windows'> {
    const { waiting } = this.#table;
    let windows: Map<string, number> | undefined;
    for (const { name, rateKey } of jobs) {
      const owner = limitOwner(name, rateKey);
      const per = waiting.limitsOf(owner)?.limits.rate?.per;
      if (per === undefined) continue;
      windows ??= new Map();
      windows.set(owner, per);
    }
    return windows === undefined ? {} : { windows };
  }

  /**
   * Returns when the next job is due or the next lease ends; ignores leases of a late holder, which that holder
   * renews itself.
   */
  #nextAt(now: number): number | undefined {
    const opensAt = this.#table.waiting.nextAt;
    let next = this.#table.delayed.first()?.rank ?? Number.POSITIVE_INFINITY;
    if (opensAt !== undefined) next = Math.min(next, toOffset(opensAt));
    next = Math.min(next, this.#nextEnd(toOffset(now)));
    return next === Number.POSITIVE_INFINITY ? undefined : fromOffset(next);
  }

  /** Finds when the next lease ends that has not ended yet. */
  #nextEnd(over: number): number {
    const { active } = this.#table;
    const first = active.first();
    if (first === undefined || first.rank > over) return first?.rank ?? Number.POSITIVE_INFINITY;
    for (const { rank } of active.ascending()) if (rank > over) return rank;
    return Number.POSITIVE_INFINITY;
  }
}
