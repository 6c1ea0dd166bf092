import type { Lease, StalledJob } from '../src/contract/consumer.ts';
import type { JobRecord } from '../src/contract/job-record.ts';
import { JobsError } from '../src/errors/jobs-error.ts';
import { KEPT_ANSWERS } from '../src/lease/kept-answers.ts';
import type {
  EndedLease,
  ExchangeAnswer,
  ExchangeParams,
  LeaseStore,
} from '../src/lease/lease-store.ts';
import { maxStallsOf } from '../src/lease/stalls.ts';
import type { StoredJob, TestStore } from './test-store.ts';

/** The fate of a call, before or after the store did what it asks for. */
export type Fate = 'answers' | 'never arrives' | 'loses its answer' | 'fails halfway';

/** Exchanges over a {@link TestStore} by promises, as a server would, and lets a test decide about each call. */
export class TestExchangeStore implements LeaseStore {
  readonly #store: TestStore;
  readonly #answers = new Map<string, ExchangeAnswer>();
  readonly #holders = new Map<string, string>();
  /** All exchanges that were asked for, in order. */
  readonly calls: ExchangeParams[] = [];
  /** The ids that were renewed, call by call. */
  readonly renewed: string[][] = [];
  /** Decides what becomes of a call. */
  fate: (params: ExchangeParams, index: number) => Fate = () => 'answers';
  /** Decides which outcomes the store cannot take. */
  refuses: (ended: EndedLease) => boolean = () => false;
  /** Holds answers back until the test lets them go. */
  holdsBack = false;
  readonly heldBack: (() => void)[] = [];
  mostUnderWay = 0;
  #underWay = 0;

  constructor(store: TestStore) {
    this.#store = store;
  }

  async exchange(params: ExchangeParams): Promise<ExchangeAnswer> {
    const fate = this.fate(params, this.calls.push(params) - 1);
    this.#underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.#underWay);
    try {
      await Promise.resolve();
      if (fate === 'never arrives') throw away();
      const answer = this.#do(params);
      if (this.holdsBack) await new Promise<void>((resolve) => this.heldBack.push(resolve));
      if (fate === 'loses its answer') throw away();
      if (fate === 'fails halfway') throw new Error('stopped after it had handed out jobs');
      return answer;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Forgets the answers it gave, as a store may after a lease. */
  forgetAnswers(): void {
    this.#answers.clear();
  }

  async extend({ holder, leases, now, leaseMs }: Parameters<LeaseStore['extend']>[0]): Promise<{
    lost: readonly Lease[];
    cancelled: never[];
  }> {
    this.renewed.push(leases.map(({ id, fencingToken }) => `${id} ${fencingToken}`));
    const { lost } = await this.#store.extend({ leases, leaseUntil: now + leaseMs });
    for (const lease of leases) if (this.#held(lease)) this.#holders.set(lease.id, holder);
    return { lost, cancelled: [] };
  }

  watch(watcher: Parameters<NonNullable<LeaseStore['watch']>>[0]): () => void {
    return this.#store.watch(watcher);
  }

  #do(params: ExchangeParams): ExchangeAnswer {
    const { holder, sequence, ended, limit, now, leaseMs } = params;
    const key = `${holder} ${sequence}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return { ...known, jobs: known.jobs.filter((job) => this.#held(job)) };
    if (ended.some((one) => this.refuses(one))) throw new Error('cannot take it');
    const refused = ended.filter((one) => !this.#record(one, now)).map(({ lease }) => lease);
    const stalled = this.#takeBack(params);
    const { jobs, nextAt }: { jobs: readonly JobRecord[]; nextAt?: number } =
      limit === 0
        ? { jobs: [] }
        : this.#store.claim({
            limit,
            now,
            leaseUntil: now + leaseMs,
            concurrencyLimits: new Map(),
          });
    for (const { id } of jobs) this.#holders.set(id, holder);
    const handles = jobs.map(({ id }) => `handle of ${id}`);
    const answer = {
      ...{ refused, stalled, jobs, handles, now },
      ...(nextAt !== undefined && { nextAt }),
    };
    this.#answers.set(key, answer);
    this.#answers.delete(`${holder} ${sequence - KEPT_ANSWERS}`);
    return answer;
  }

  #record({ lease, outcome }: EndedLease, now: number): boolean {
    const store = this.#store;
    if (outcome.type === 'complete') return store.complete({ lease, result: outcome.result, now });
    if (outcome.type === 'fail') return store.fail({ lease, now, status: 'failed', ...outcome });
    if (outcome.type === 'cancel') {
      return store.fail({ lease, now, status: 'cancelled', ...outcome });
    }
    const reason = outcome.type === 'snooze' ? outcome.reason : 'released';
    return store.release({ lease, runAt: now, now, snoozeReason: reason });
  }

  #takeBack({ holder, now, stalls }: ExchangeParams): StalledJob[] {
    const others = this.#store
      .list('active')
      .filter(
        ({ record, leaseUntil }) => leaseUntil <= now && this.#holders.get(record.id) !== holder,
      );
    if (others.length === 0) return [];
    return this.#store.recover({
      now,
      maxStalledCount: maxStallsOf(stalls),
      stalledError: { name: 'JobsError', message: 'stalled', code: 'JOBS_STALLED' },
    });
  }

  #held(lease: Lease): StoredJob | undefined {
    return this.#store.held(lease);
  }
}

function away(): JobsError {
  return new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away');
}
