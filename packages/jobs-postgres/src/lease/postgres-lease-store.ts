import { isJobsError, type JsonValue } from '@philjs/jobs-core';
import {
  type EndedOutcome,
  type ExchangeAnswer,
  type ExchangeParams,
  type Lease,
  type LeaseCancellation,
  type LeaseStore,
  type StalledJob,
  stallsText,
} from '@philjs/jobs-core/backend';
import {
  CompletedLeases,
  completedTwiceError,
  fromText,
  type PlaceKeeper,
  toText,
} from '@philjs/jobs-core/internal';
import type { Queryable, Row } from '../connection/connection.ts';
import { publishLimits } from '../parts/postgres-limit-store.ts';
import { JOB_COLUMNS, toCancelRequest, toRecord } from '../store/job-row.ts';
import type { PostgresStore } from '../store/postgres-store.ts';
import { settleNow } from '../store/settle-now.ts';
import { toEnded } from './ended-leases.ts';
import type { FinishedState, Retainer } from './retainer.ts';

/** How often an idle worker stores that it is waiting for jobs, in milliseconds. */
const SAYS_EVERY_MS = 30_000;

/** The columns of an exchange. JSON is read as text, here and elsewhere: a program may have `pg` make something else of it. */
const EXCHANGED = `header::text AS header, ${JOB_COLUMNS}`;

/** Describes the part of an exchange's answer besides the jobs. */
interface Header {
  readonly refused: readonly Lease[] | null;
  readonly stalled: readonly StalledJob[] | null;
  readonly now: number;
  readonly nextAt: number | null;
  readonly hungry: boolean;
  readonly windows?: Readonly<Record<string, number>> | null;
  /** Whether jobs of workflows ended: others that they waited for may have been let go, whose retention then applies. */
  readonly settles?: boolean;
  /** Whether jobs ended late, since a transaction of a user held their rows. */
  readonly late?: boolean;
  /** Whether jobs ended for which others wait, and another call was about to settle that. */
  readonly unsettled?: boolean;
  /** Whether jobs are being moved to another order. */
  readonly moving?: boolean;
}

const STATES: { readonly [type in EndedOutcome['type']]?: FinishedState } = {
  complete: 'completed',
  fail: 'failed',
  cancel: 'cancelled',
};

/** Leases jobs to core's worker loop: an exchange is one statement. */
export class PostgresLeaseStore implements LeaseStore {
  /** Asks core for large exchanges: each is a commit. */
  readonly prefersLarge = true;

  readonly #store: PostgresStore;
  readonly #retainer: Retainer;
  readonly #places: PlaceKeeper;
  readonly #watch: LeaseStore['watch'];
  /** The leases of jobs that their handlers completed: they end with the transaction, or have ended. */
  readonly #completed = new CompletedLeases();
  /** When each holder last stored that it is waiting for jobs. */
  readonly #waiting = new Map<string, number>();
  /** The number of entries of each map of limits that the database has: such a map only grows. */
  readonly #learnt = new WeakMap<ExchangeParams['limits'], number>();

  constructor(
    store: PostgresStore,
    retainer: Retainer,
    places: PlaceKeeper,
    watch: LeaseStore['watch'],
  ) {
    this.#store = store;
    this.#retainer = retainer;
    this.#places = places;
    this.#watch = watch;
    if (watch !== undefined) this.watch = (watcher) => watch(watcher);
  }

  /** Notifies of changes by other processes, where this one listens. */
  watch?: NonNullable<LeaseStore['watch']>;

  /** Records the jobs that ended and hands out ready jobs. */
  async exchange(params: ExchangeParams): Promise<ExchangeAnswer> {
    const { holder, sequence, ended, limit, leaseMs, stalls, isStopping = false } = params;
    this.#places.touch();
    await this.#learn(params.limits);
    const values = [
      holder,
      sequence,
      ended.length === 0 ? null : toEnded(ended),
      limit,
      leaseMs,
      stallsText(stalls),
      JSON.stringify(stalls.error),
      isStopping,
    ];
    const rows = await this.#store.call('exchange', values, EXCHANGED).catch((error: unknown) => {
      if (!isLockTimeout(error)) throw error;
      return this.#store.call('exchange', [...values, true], EXCHANGED);
    });
    const [first, ...others] = rows;
    const header = JSON.parse(String(first?.['header'])) as Header;
    const jobs = others.map(toRecord);
    const stalled = (header.stalled ?? []).map(toStalled);
    const refused = (header.refused ?? []).map(toLease);
    const { now } = header;
    const answer = { refused, jobs, stalled, now, ...windowsOf(header) };
    try {
      if (header.unsettled === true) {
        await settleNow(this.#store);
        return { ...answer, nextAt: now };
      }
    } finally {
      // Not before all is settled: the queue would seem to have drained although what ended releases jobs.
      this.#note(params, jobs.length, stalled);
      if (header.late === true) this.#retainer.drained();
      if (header.settles === true || header.late === true)
        this.#retainer.changed('completed', 'failed', 'cancelled');
    }
    // The process that set the order may have died meanwhile.
    if (header.moving === true && (await this.#store.value('move_jobs', [false])) === true) {
      return { ...answer, nextAt: now };
    }
    if (limit > 0 && jobs.length < limit && (await this.#saysItWaits(holder, header))) {
      return { ...answer, nextAt: now };
    }
    return header.nextAt === null ? answer : { ...answer, nextAt: header.nextAt };
  }

  /** Renews leases. */
  async extend({ holder, leases, leaseMs }: Parameters<LeaseStore['extend']>[0]): Promise<{
    lost: Lease[];
    cancelled: LeaseCancellation[];
  }> {
    const asked = leases.map(({ id, fencingToken }) => ({ id: toText(id), token: fencingToken }));
    const rows = await this.#store.call('extend', [holder, JSON.stringify(asked), leaseMs]);
    const held = new Map(rows.map((row) => [`${row['token']} ${row['id']}`, row]));
    const lost: Lease[] = [];
    const cancelled: LeaseCancellation[] = [];
    for (const lease of leases) {
      const row = held.get(`${lease.fencingToken} ${toText(lease.id)}`);
      if (row === undefined) {
        if (!this.#completed.has(lease)) lost.push(lease);
      } else if (row['cancel_requested'] !== null) {
        cancelled.push({ lease, ...toCancelRequest(row['cancel_requested']) });
      }
    }
    return { lost, cancelled };
  }

  /** Completes a job within a transaction of the user; returns whether its lease was held. */
  async completeIn(
    { lease, result }: { readonly lease: Lease; readonly result: JsonValue | undefined },
    transaction: Queryable,
  ): Promise<boolean> {
    const ended = toEnded([{ lease, outcome: { type: 'complete', result } }]);
    const call = this.#store.callWithin(transaction, 'complete_in', [ended], 'value');
    const rows = await call.catch((error: unknown) => {
      throw isLockTimeout(error) && this.#completed.has(lease) ? completedTwiceError(lease) : error;
    });
    if (rows[0]?.['value'] !== true) return false;
    this.#completed.add(lease);
    this.#retainer.changed('completed');
    return true;
  }

  /** Lists the active jobs to cancel. */
  async cancellations(): Promise<LeaseCancellation[]> {
    const rows = await this.#store.query(
      `SELECT id, fencing_token, cancel_requested FROM @.jobs
        WHERE queue = $1 AND status = 'active' AND cancel_requested IS NOT NULL`,
    );
    return rows.map((row: Row) => ({
      lease: { id: fromText(String(row['id'])), fencingToken: Number(row['fencing_token']) },
      ...toCancelRequest(row['cancel_requested']),
    }));
  }

  /** Takes over the limits of a worker's definitions for names that have none yet. */
  async #learn(limits: ExchangeParams['limits']): Promise<void> {
    const { size } = limits;
    if (size === 0 || this.#learnt.get(limits) === size) return;
    await publishLimits(this.#store, limits, true);
    await this.#store.value('warm_limits', []);
    this.#learnt.set(limits, size);
  }

  #note({ ended }: ExchangeParams, jobs: number, stalled: readonly StalledJob[]): void {
    const states = ended.flatMap(({ outcome }) => STATES[outcome.type] ?? []);
    if (stalled.some(({ failed }) => failed)) states.push('failed');
    if (ended.length + jobs + stalled.length > 0) this.#retainer.changed(...new Set(states));
    // Asks outside the exchange: within it, two jobs that end at once would each see the other as active.
    if (states.length > 0 && jobs === 0) this.#retainer.drained();
  }

  /**
   * Stores that a worker is waiting for jobs, unless that is stored. It is committed before the worker's last look, so
   * that the look finds a job added meanwhile, or the job wakes the worker. Returns whether to look again.
   */
  async #saysItWaits(holder: string, { hungry, now }: Header): Promise<boolean> {
    if (this.#watch === undefined) return false;
    const saidAt = this.#waiting.get(holder) ?? Number.NEGATIVE_INFINITY;
    if (hungry && now - saidAt < SAYS_EVERY_MS) return false;
    await this.#store.value('wait_for_work', [holder]);
    this.#waiting.set(holder, now);
    return !hungry;
  }
}

/** Whether a call gave up to wait for a row that another transaction holds. */
function isLockTimeout(error: unknown): boolean {
  return isJobsError(error) && error.details?.['code'] === '55P03';
}

function windowsOf({ windows }: Header): Pick<ExchangeAnswer, 'windows'> {
  if (windows == null) return {};
  const entries = Object.entries(windows).map(([name, per]) => [fromText(name), per] as const);
  return { windows: new Map(entries) };
}

function toLease({ id, fencingToken }: Lease): Lease {
  return { id: fromText(id), fencingToken };
}

function toStalled({ lease, name, failed }: StalledJob): StalledJob {
  return { lease: toLease(lease), name: fromText(name), failed };
}
