import type { Lease, StalledJob } from '../contract/consumer.ts';
import type { JobLimits } from '../contract/job-limits.ts';
import { KEPT_ANSWERS } from './kept-answers.ts';
import type {
  EndedLease,
  ExchangeAnswer,
  ExchangeParams,
  LeaseStore,
  MaybePromise,
} from './lease-store.ts';
import type { SimpleStore } from './simple-store.ts';
import { maxStallsOf } from './stalls.ts';

/** The number of holders remembered: more than ever consume through one store at a time. */
const MOST_HOLDERS = 100;

/** Holds the state of one holder. */
interface Holder {
  /** The answers to its last exchanges, by their number. */
  readonly answers: Map<number, ExchangeAnswer>;
  /** Its leases, and when each ends. */
  readonly held: Map<string, { readonly lease: Lease; readonly until: number }>;
  /** The outcomes that a partly failed call recorded, and whether each lease was held. */
  readonly recorded: Map<string, boolean>;
  /** When to look for leases that other workers lost. */
  recoversAt: number;
}

/**
 * Makes a {@link LeaseStore} of a {@link SimpleStore}, as a first step of a backend: an exchange is several calls,
 * one after the other. Returns synchronously where the simple store does. Its limit: jobs handed out by a claim whose
 * answer was lost are not handed out again before their leases end.
 */
export function fromSimpleStore(simple: SimpleStore): LeaseStore {
  const store = new SteppedStore(simple);
  const { watch } = simple;
  return {
    exchange: (params) => store.exchange(params),
    extend: (params) => store.extend(params),
    ...(watch && { watch: watch.bind(simple) }),
  };
}

class SteppedStore {
  readonly #simple: SimpleStore;
  readonly #holders = new Map<string, Holder>();
  readonly #concurrency = new Map<string, number>();
  /** The jobs that were taken back, and that no answer has told of yet: of any holder, since one may go on under another name. */
  readonly #stalled: StalledJob[] = [];

  constructor(simple: SimpleStore) {
    this.#simple = simple;
  }

  exchange(params: ExchangeParams): MaybePromise<ExchangeAnswer> {
    const holder = this.#holderOf(params.holder);
    const known = holder.answers.get(params.sequence);
    if (known !== undefined) return this.#again(known, params);
    return after(this.#record(holder, params), (refused) =>
      after(this.#hand(holder, params), (handed) => {
        const answer = { refused, ...handed, stalled: this.#stalled.splice(0), now: params.now };
        holder.recorded.clear();
        holder.answers.delete(params.sequence - KEPT_ANSWERS);
        holder.answers.set(params.sequence, answer);
        return answer;
      }),
    );
  }

  extend(params: Parameters<LeaseStore['extend']>[0]): ReturnType<LeaseStore['extend']> {
    const { now, leaseMs, leases } = params;
    const holder = this.#holderOf(params.holder);
    return after(this.#simple.extend({ leases, leaseUntil: now + leaseMs }), (answer) => {
      for (const lease of leases) this.#hold(holder, lease, now + leaseMs);
      for (const lease of answer.lost) holder.held.delete(keyOf(lease));
      return answer;
    });
  }

  /** Notes that a lease belongs to a holder: another one may have had it, since a worker may go on under another name. */
  #hold(holder: Holder, lease: Lease, until: number): void {
    const key = keyOf(lease);
    const isKnown = holder.held.has(key);
    if (!isKnown) for (const other of this.#holders.values()) other.held.delete(key);
    holder.held.set(key, { lease: { id: lease.id, fencingToken: lease.fencingToken }, until });
  }

  /** Returns the earlier answer, with only those of its jobs that are still held: renewing their leases shows which. */
  #again(known: ExchangeAnswer, params: ExchangeParams): MaybePromise<ExchangeAnswer> {
    const { holder, now, leaseMs } = params;
    const leases = known.jobs.map(({ id, fencingToken }) => ({ id, fencingToken }));
    return after(this.extend({ holder, leases, now, leaseMs }), ({ lost }) => {
      const gone = new Set(lost.map(keyOf));
      return { ...known, jobs: known.jobs.filter((job) => !gone.has(keyOf(job))) };
    });
  }

  /** Records ended leases; returns those that were not held. Skips what a failed call had recorded. */
  #record(holder: Holder, { ended, now }: ExchangeParams): MaybePromise<Lease[]> {
    const answers = ended.map(({ lease, outcome }) => {
      const key = keyOf(lease);
      const known = holder.recorded.get(key);
      if (known !== undefined) return known;
      return after(this.#recordOne({ lease, outcome }, now), (isHeld) => {
        holder.recorded.set(key, isHeld);
        holder.held.delete(key);
        return isHeld;
      });
    });
    return after(allOf(answers), (held) =>
      ended.filter((_, index) => !held[index]).map(({ lease }) => lease),
    );
  }

  #recordOne({ lease, outcome }: EndedLease, now: number): MaybePromise<boolean> {
    const simple = this.#simple;
    switch (outcome.type) {
      case 'complete':
        return simple.complete({ lease, result: outcome.result, now });
      case 'retry': {
        const { runAt, error, failures } = outcome;
        return simple.release({ lease, runAt, now, error, failures });
      }
      case 'snooze': {
        const { runAt, reason: snoozeReason, signal } = outcome;
        return simple.release({
          ...{ lease, runAt, now, snoozeReason },
          ...(signal !== undefined && { signal }),
        });
      }
      case 'unstarted':
        return simple.release({ lease, runAt: now, now, ahead: true });
      case 'fail':
      case 'cancel': {
        const { error, failures, attemptUsed } = outcome;
        const status = outcome.type === 'fail' ? 'failed' : 'cancelled';
        return simple.fail({ lease, status, error, failures, attemptUsed, now });
      }
    }
  }

  #hand(
    holder: Holder,
    params: ExchangeParams,
  ): MaybePromise<Pick<ExchangeAnswer, 'jobs' | 'nextAt'>> {
    const { limit, now, leaseMs } = params;
    if (limit === 0) return after(this.#recover(holder, params), () => ({ jobs: [] }));
    const leaseUntil = now + leaseMs;
    const concurrencyLimits = this.#limitsOf(params.limits);
    return after(this.#recover(holder, params), () =>
      after(this.#simple.claim({ limit, now, leaseUntil, concurrencyLimits }), (claimed) => {
        const { jobs, nextAt } = claimed;
        for (const { id, fencingToken } of jobs) {
          const lease = { id, fencingToken };
          holder.held.set(keyOf(lease), { lease, until: leaseUntil });
        }
        if (nextAt === undefined) return { jobs };
        holder.recoversAt = Math.min(holder.recoversAt, nextAt);
        return { jobs, nextAt };
      }),
    );
  }

  /**
   * Takes back jobs that other workers lost: at most three times per lease duration, and whenever the store said that
   * one ends.
   */
  #recover(holder: Holder, params: ExchangeParams): MaybePromise<void> {
    const { now, leaseMs, stalls } = params;
    if (now < holder.recoversAt) return;
    const recover = { now, maxStalledCount: maxStallsOf(stalls), stalledError: stalls.error };
    return after(this.#renewEnded(holder, params), () => {
      holder.recoversAt = now + leaseMs / 3;
      return after(this.#simple.recover(recover), (stalled) => {
        this.#stalled.push(...stalled);
      });
    });
  }

  /** Renews the holder's own leases first if one has ended; otherwise the store would take its own jobs for stalled. */
  #renewEnded(holder: Holder, { holder: name, now, leaseMs }: ExchangeParams): MaybePromise<void> {
    const held = [...holder.held.values()];
    if (held.every(({ until }) => until > now)) return;
    const leases = held.map(({ lease }) => lease);
    return after(this.extend({ holder: name, leases, now, leaseMs }), () => undefined);
  }

  #holderOf(name: string): Holder {
    const known = this.#holders.get(name);
    if (known !== undefined) return known;
    const made = { answers: new Map(), held: new Map(), recorded: new Map(), recoversAt: 0 };
    this.#holders.set(name, made);
    const [oldest] = this.#holders.keys();
    if (this.#holders.size > MOST_HOLDERS && oldest !== undefined) this.#holders.delete(oldest);
    return made;
  }

  #limitsOf(limits: ReadonlyMap<string, JobLimits>): ReadonlyMap<string, number> {
    for (const [name, { concurrency }] of limits) {
      if (concurrency !== undefined) this.#concurrency.set(name, concurrency);
    }
    return this.#concurrency;
  }
}

function keyOf({ id, fencingToken }: Lease): string {
  return `${fencingToken}:${id}`;
}

/** Continues synchronously where the value is there. */
function after<T, R>(
  answer: MaybePromise<T>,
  next: (answer: T) => MaybePromise<R>,
): MaybePromise<R> {
  return answer instanceof Promise ? answer.then(next) : next(answer);
}

/** Waits for all of them, failed ones included, so that it is known which were recorded. */
function allOf<T>(answers: readonly MaybePromise<T>[]): MaybePromise<readonly T[]> {
  if (!answers.some((answer) => answer instanceof Promise)) return answers as readonly T[];
  return Promise.allSettled(answers).then((results) =>
    results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    }),
  );
}
