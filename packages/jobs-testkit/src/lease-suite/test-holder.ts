import type {
  Backend,
  EndedLease,
  EndedOutcome,
  ExchangeAnswer,
  ExchangeParams,
  JobRecord,
  Lease,
  LeaseStore,
} from '@philjs/jobs-core/backend';
import { STALLED } from '../backend-suite/test-worker.ts';
import type { TrialTime } from '../suite/trial-time.ts';

const DONE: EndedOutcome = { type: 'complete', result: null };

let holdersMade = 0;

/** Holds leases of a store as a worker does, call by call under the test's control. */
export class TestHolder {
  readonly id: string = `holder-${++holdersMade}-${Date.now().toString(36)}`;
  readonly backend: Backend;
  readonly store: LeaseStore;
  /** The jobs it was handed, in order. */
  readonly jobs: JobRecord[] = [];
  readonly #time: TrialTime;
  #sequence = 0;

  constructor(time: TrialTime, backend: Backend, store: LeaseStore) {
    this.#time = time;
    this.backend = backend;
    this.store = store;
  }

  /** Fills in the fields of an exchange that the test does not set. */
  call(params: Partial<ExchangeParams> = {}): ExchangeParams {
    return {
      holder: this.id,
      sequence: ++this.#sequence,
      ended: [],
      limit: 0,
      now: this.#time.now(),
      leaseMs: this.#time.lockMs,
      limits: new Map(),
      stalls: { max: 1, maxOf: new Map(), error: STALLED },
      ...params,
    };
  }

  /** Makes an exchange. */
  async exchange(params: Partial<ExchangeParams> = {}): Promise<ExchangeAnswer> {
    return this.make(this.call(params));
  }

  /** Makes the exchange given, as it is. */
  async make(params: ExchangeParams): Promise<ExchangeAnswer> {
    const answer = await this.store.exchange(params);
    this.jobs.push(...answer.jobs);
    return answer;
  }

  /** Renews leases. */
  async extend(
    leases: readonly Lease[],
    leaseMs: number = this.#time.lockMs,
  ): Promise<Awaited<ReturnType<LeaseStore['extend']>>> {
    const now = this.#time.now();
    return this.store.extend({ holder: this.id, leases, now, leaseMs });
  }

  /** Takes jobs until there are none; returns the last answer. */
  async takeAll(params: Partial<ExchangeParams> = {}): Promise<ExchangeAnswer> {
    for (;;) {
      const answer = await this.exchange({ limit: 64, ...params });
      if (answer.jobs.length === 0 && answer.nextAt !== answer.now) return answer;
    }
  }

  /** Returns the lease of the n-th job it was handed. */
  lease(index: number): Lease {
    const job = this.jobs[index];
    if (job === undefined) throw new Error(`The holder was handed no job ${index + 1}`);
    return leaseOf(job);
  }
}

/** Returns the lease of a job that was handed out. */
export function leaseOf({ id, fencingToken }: Lease): Lease {
  return { id, fencingToken };
}

/** Says that leases ended, completed unless another outcome is given. */
export function endedBy(leases: readonly Lease[], outcome: EndedOutcome = DONE): EndedLease[] {
  return leases.map((lease) => ({ lease: leaseOf(lease), outcome }));
}
