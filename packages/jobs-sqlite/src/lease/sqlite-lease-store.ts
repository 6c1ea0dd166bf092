import type { JsonValue } from '@philjs/jobs-core';
import type {
  ExchangeAnswer,
  ExchangeParams,
  JobRecord,
  Lease,
  LeaseCancellation,
  LeaseStore,
  MaybePromise,
} from '@philjs/jobs-core/backend';
import { limitOwner } from '@philjs/jobs-core/backend';
import { CompletedLeases, fromText, type PlaceKeeper, toText } from '@philjs/jobs-core/internal';
import type { SqliteDatabase } from '../database/sqlite-driver.ts';
import { promoteDue } from '../jobs/promote-due.ts';
import { limitOutlook } from '../limits/limit-outlook.ts';
import { readLimits } from '../limits/limited-name.ts';
import { moveJobs } from '../order/move-jobs.ts';
import { learnLimits } from '../parts/sqlite-limit-store.ts';
import { toRecord } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';
import { releaseDependants } from '../workflow/release-dependants.ts';
import { handOut } from './hand-out.ts';
import { type Answer, KeptAnswers } from './kept-answers.ts';
import { recordOutcome } from './record-outcome.ts';
import { MOST_TAKEN_BACK, takeBack } from './take-back.ts';

const HELD = "WHERE queue = ? AND id = ? AND status = 'active' AND fencing_token = ?";

/** Describes the work an exchange has, found without writing. */
interface Outlook {
  readonly ready: boolean;
  readonly nextAt: number | undefined;
}

/** Leases jobs to core's worker loop: an exchange is one transaction. */
export class SqliteLeaseStore implements LeaseStore {
  readonly #store: SqliteQueueStore;
  readonly #watch: NonNullable<LeaseStore['watch']>;
  readonly #places: PlaceKeeper;
  readonly #answers = new KeptAnswers();
  /** The leases of jobs that their handlers completed: they end with the transaction, or have ended. */
  readonly #completed = new CompletedLeases();
  /** The number of entries of each map of limits that the file has: such a map only grows. */
  readonly #learnt = new WeakMap<ExchangeParams['limits'], number>();

  constructor(
    store: SqliteQueueStore,
    watch: NonNullable<LeaseStore['watch']>,
    places: PlaceKeeper,
  ) {
    this.#store = store;
    this.#watch = watch;
    this.#places = places;
  }

  /** Records the jobs that ended and hands out ready jobs; an idle worker's look writes nothing. */
  exchange(params: ExchangeParams): MaybePromise<ExchangeAnswer> {
    this.#places.touch();
    const known = this.#answers.find(params);
    if (known !== undefined) return this.#again(known, params);
    if (params.ended.length === 0 && this.#knows(params.limits)) {
      const { ready, nextAt } = this.#look(params);
      if (!ready) return { ...NOTHING, now: params.now, ...(nextAt !== undefined && { nextAt }) };
    }
    const done = this.#store.change((change) => this.#exchange(change, params), params.now);
    const keep = (answer: ExchangeAnswer): ExchangeAnswer => {
      this.#answers.keep(params, answer);
      return answer;
    };
    return done instanceof Promise ? done.then(keep) : keep(done);
  }

  /** Renews leases. */
  extend({
    holder,
    leases,
    now,
    leaseMs,
  }: Parameters<LeaseStore['extend']>[0]): ReturnType<LeaseStore['extend']> {
    const { file, queue } = this.#store;
    return file.atomically(() => {
      const lost: Lease[] = [];
      const cancelled: LeaseCancellation[] = [];
      const sql = `UPDATE philjs_jobs_jobs SET lease_until = ?, holder = ? ${HELD} RETURNING cancel_requested`;
      for (const lease of leases) {
        const { id, fencingToken } = lease;
        const row = file.get(sql, now + leaseMs, holder, queue, toText(id), fencingToken);
        const wish = row?.['cancel_requested'];
        if (row === undefined) {
          if (!this.#completed.has(lease)) lost.push(lease);
        }
        if (typeof wish === 'string') cancelled.push({ lease, ...JSON.parse(wish) });
      }
      return { lost, cancelled };
    });
  }

  /** Notifies of changes by this process at once, and of changes by other processes soon after. */
  watch(watcher: Parameters<NonNullable<LeaseStore['watch']>>[0]): MaybePromise<() => void> {
    return this.#watch(watcher);
  }

  /** Completes a job within a transaction of the user; returns whether its lease was held. */
  completeIn(
    { lease, result }: { readonly lease: Lease; readonly result: JsonValue | undefined },
    transaction: SqliteDatabase,
  ): boolean {
    const outcome = { type: 'complete', result } as const;
    const held = this.#store.join(transaction, (change) => recordOutcome(change, lease, outcome));
    if (held) this.#completed.add(lease);
    return held;
  }

  /** Lists the active jobs to cancel. */
  cancellations(): LeaseCancellation[] {
    const { file, queue } = this.#store;
    const sql = `SELECT id, fencing_token, cancel_requested FROM philjs_jobs_jobs
      WHERE queue = ? AND status = 'active' AND cancel_requested IS NOT NULL`;
    return file.all(sql, queue).map((row) => ({
      lease: { id: fromText(String(row['id'])), fencingToken: Number(row['fencing_token']) },
      ...JSON.parse(String(row['cancel_requested'])),
    }));
  }

  #exchange(change: QueueChange, params: ExchangeParams): ExchangeAnswer {
    const refused = params.ended
      .filter(({ lease, outcome }) => !recordOutcome(change, lease, outcome))
      .map(({ lease }) => lease);
    const stalled = takeBack(change, params);
    const released = releaseDependants(change, params);
    if (params.limit === 0) return { refused, jobs: released.doomed, stalled, now: params.now };
    // The process that set the order may have died meanwhile.
    const moves = moveJobs(change);
    const more =
      promoteDue(change) || moves || stalled.length === MOST_TAKEN_BACK || released.isCut;
    if (!this.#knows(params.limits)) {
      learnLimits(change, params.limits);
      this.#learnt.set(params.limits, params.limits.size);
    }
    const { jobs, isCut } = handOut(change, params);
    const windows = this.#windowsOf(change, jobs);
    const answer = {
      ...{ refused, jobs: [...jobs, ...released.doomed], stalled, now: params.now },
      ...(windows.size > 0 && { windows }),
    };
    if (more || isCut) return { ...answer, nextAt: params.now };
    if (jobs.length === params.limit) return answer;
    const { nextAt } = this.#look(params);
    return nextAt === undefined ? answer : { ...answer, nextAt };
  }

  #look({ holder, limit, now }: ExchangeParams): Outlook {
    const { file, queue } = this.#store;
    const row = file.get(
      `SELECT (SELECT paused FROM philjs_jobs_queues WHERE queue = ?1) AS paused,
        EXISTS (SELECT 1 FROM philjs_jobs_limits WHERE queue = ?1) AS limited,
        EXISTS (SELECT 1 FROM philjs_jobs_jobs WHERE queue = ?1 AND status = 'waiting' AND limited = 0) AS waiting,
        EXISTS (SELECT 1 FROM philjs_jobs_jobs INDEXED BY philjs_jobs_jobs_to_release
          WHERE queue = ?1 AND status = 'blocked' AND (open = 0 OR doom > 0)) AS released,
        (SELECT min(rank) FROM philjs_jobs_jobs WHERE queue = ?1 AND status = 'delayed' AND limited = 0) AS due,
        (SELECT min(lease_until) FROM philjs_jobs_jobs WHERE queue = ?1 AND status = 'active' AND holder <> ?2) AS ends`,
      queue,
      holder,
    );
    const lines = row?.['limited'] === 1 ? limitOutlook(this.#store) : undefined;
    const times = [row?.['due'], row?.['ends'], lines?.opensAt].filter(
      (at) => typeof at === 'number',
    );
    const nextAt = times.length === 0 ? undefined : Math.min(...times);
    const isThere = row?.['waiting'] === 1 || lines?.isOpen === true;
    const waits = limit > 0 && isThere && row?.['paused'] === 0;
    const works = waits || row?.['released'] === 1;
    return { ready: works || (nextAt ?? Number.POSITIVE_INFINITY) <= now, nextAt };
  }

  /** Returns whether the file has the limits of a worker's definitions. */
  #knows(limits: ExchangeParams['limits']): boolean {
    return limits.size === 0 || this.#learnt.get(limits) === limits.size;
  }

  /** Returns the window of each of the limits of the jobs' rates. */
  #windowsOf(change: QueueChange, jobs: readonly JobRecord[]): Map<string, number> {
    const windows = new Map<string, number>();
    if (change.isLimited) {
      for (const owner of new Set(jobs.map((job) => limitOwner(job.name, job.rateKey)))) {
        const per = readLimits(change, toText(owner))?.limits.rate?.per;
        if (per !== undefined) windows.set(owner, per);
      }
    }
    return windows;
  }

  #again({ refused, stalled, leases }: Answer, { now }: ExchangeParams): ExchangeAnswer {
    const { file, queue } = this.#store;
    const jobs: JobRecord[] = leases.flatMap(({ id, fencingToken }) => {
      const row = file.get(
        `SELECT * FROM philjs_jobs_jobs ${HELD}`,
        queue,
        toText(id),
        fencingToken,
      );
      return row === undefined ? [] : [toRecord(row)];
    });
    return { refused, jobs, stalled, now, nextAt: now };
  }
}

const NOTHING = { refused: [], jobs: [], stalled: [] } as const;
