import type { Clock, TimerHandle } from '../clock/clock.ts';
import type { ConsumeParams, Lease } from '../contract/consumer.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { leaseLostError } from '../errors/error-factories.ts';
import { isJobsError } from '../errors/jobs-error.ts';
import type { HeldLease } from './held-lease.ts';
import { KnownLimits } from './known-limits.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { EndedLease, EndedOutcome, ExchangeAnswer, LeaseStore } from './lease-store.ts';
import { RefusedLeases } from './refused-leases.ts';
import { SequenceWindow } from './sequence-window.ts';
import { freedBy, takeBatch } from './take-batch.ts';

/** The largest number of exchanges under way: while core handles the answer of one, the store works on the other. */
const MOST_UNDER_WAY = 2;
/** How long core leaves an unavailable store alone: at first, at most, and at most while outcomes are unrecorded. */
const REPEAT_AFTER_MS = { first: 100, most: 5000, mostOwing: 2000 } as const;

/** Describes an exchange that was answered. */
export interface AnsweredCall extends Pick<Call, 'limit' | 'ahead' | 'isRepeated'> {
  readonly leaseUntil: number;
  readonly askedAt: number;
}

interface ExchangerOptions {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly params: ConsumeParams;
  readonly keeper: LeaseKeeper;
  /** Returns whether this worker still takes jobs. */
  readonly takesJobs: () => boolean;
  /** Gets the answer of an exchange that asked for jobs, without jobs that are held already. */
  readonly onAnswer: (answer: ExchangeAnswer, call: AnsweredCall) => void;
  /** Reports that jobs other workers lost are waiting again. */
  readonly onFound: () => void;
  /** Reports that a lease is over, with the recorded outcome, or none if the lease was lost. */
  readonly onRecorded: (held: HeldLease, outcome: EndedOutcome | undefined) => void;
  /** Reports that an exchange may be sent again. */
  readonly onRoom: () => void;
  /**
   * Reports that the store refused an exchange without outcomes; the worker must not call it again for the given time.
   */
  readonly onAskFailed: (waitMs: number) => void;
}

interface Call {
  sequence: number;
  readonly ended: readonly HeldLease[];
  /** The number of slots that are free once it is recorded. */
  readonly frees: number;
  readonly limit: number;
  /** How many of these have no free slot yet. */
  readonly ahead: number;
  /** When it was first sent, in epoch milliseconds. */
  firstAt: number;
  isRepeated: boolean;
}

/**
 * Makes the exchanges of one worker: numbers them, repeats those whose answer was lost, and sends lease by lease what
 * a store refused together.
 */
export class Exchanger {
  readonly #options: ExchangerOptions;
  readonly #limits: KnownLimits;
  #ended: HeldLease[] = [];
  readonly #alone: RefusedLeases;
  #lost: Call[] = [];
  #underWay = 0;
  #asked = 0;
  #recording = 0;
  #sequences = new SequenceWindow();
  #looked = false;
  #renamed = 0;
  /** When to continue under another name, if it is to. */
  #forsakes: 'at once' | 'once all is answered' | undefined;
  /** Whether the leases held are still to be renewed under the current name; nothing is sent before. */
  #isRenaming = false;
  #failures = 0;
  #repeatTimer: TimerHandle | undefined;
  readonly #settled: (() => void)[] = [];
  #closed: { readonly givesBack: boolean } | undefined;
  /** Whether the store returns promises, as far as observed. */
  isRemote = false;

  constructor(options: ExchangerOptions) {
    this.#options = options;
    this.#limits = new KnownLimits(options.params);
    this.#alone = new RefusedLeases(options.clock, (held) => this.#tryAlone(held));
  }

  /** The name under which the store knows this worker. */
  get holder(): string {
    const { id } = this.#options.params.worker;
    return this.#renamed === 0 ? id : `${id}~${this.#renamed}`;
  }

  /** Whether an exchange may be sent. */
  get hasRoom(): boolean {
    const most = this.#forsakes ? 1 : MOST_UNDER_WAY;
    if (this.#lost.length > 0 || this.#isRenaming || this.#closed) return false;
    return this.#underWay < most && this.#sequences.hasRoom;
  }

  /** The number of outcomes that are waiting to be sent. */
  get ended(): number {
    return this.#ended.length;
  }

  /** Whether outcomes are waiting to be sent. */
  get hasEnded(): boolean {
    return this.#ended.length > 0 || this.#alone.size > 0;
  }

  /**
   * Returns whether to wait for the end of this turn of the event loop, for more to send with the next call to a remote
   * store. Nothing more can come if no call is under way and all jobs the worker holds, as many as given, have ended.
   */
  gathers(held: number): boolean {
    return this.isRemote && (this.#underWay > 0 || this.#ended.length < held);
  }

  /** The number of jobs that calls under way asked for. */
  get asked(): number {
    return this.#asked;
  }

  /** The number of slots that calls under way free once they are answered. */
  get recording(): number {
    return this.#recording;
  }

  /** Takes an outcome to record; it goes with the next exchange. */
  end(held: HeldLease, outcome: EndedOutcome): void {
    held.outcome = outcome;
    this.#ended.push(held);
  }

  /** Resolves when no call is under way. */
  settled(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  /** Records nothing more; jobs that a later answer brings are given back, or stay until their leases end. */
  close(how: { readonly givesBack: boolean }): void {
    this.#closed = how;
    this.#ended = [];
    this.#alone.clear();
    this.#lost = [];
    this.#options.clock.clearTimeout(this.#repeatTimer);
  }

  /** Makes the store take back jobs of lost workers, unless an exchange did so since the last call. */
  lookAround(): void {
    const isDue = !this.#looked;
    this.#looked = false;
    if (!isDue || !this.hasRoom) return;
    if (this.#forsakes) this.#rename();
    else this.#makeNew([], 0, 0, 0);
  }

  /**
   * Continues under another holder name with the next call. A store never takes back what its holder holds: a job
   * that this worker gave up without the store's knowledge would otherwise never be taken back.
   */
  forsake(): void {
    this.#forsakes = 'at once';
  }

  /** Sends ended leases, as many as fit, and asks for as many jobs as `limitOf` returns; `freeOf` tells how many slots are free. */
  send(limitOf: (recording: number) => number, freeOf: (recording: number) => number): void {
    if (this.#forsakes) {
      this.#rename();
      return;
    }
    const alone = this.#alone.take();
    const ended = alone === undefined ? takeBatch(this.#ended, this.isRemote) : [alone];
    const frees = freedBy(ended);
    const recording = this.#recording + frees;
    const limit = alone === undefined ? limitOf(recording) : 0;
    if (ended.length === 0 && limit <= 0) return;
    const ahead = Math.max(0, limit - Math.max(0, freeOf(recording)));
    this.#makeNew(ended, frees, limit, ahead);
  }

  #makeNew(ended: readonly HeldLease[], frees: number, limit: number, ahead: number): void {
    this.#looked = true;
    const now = this.#options.clock.now();
    const sequence = this.#sequences.next();
    this.#make(
      { sequence, ended, frees, limit, ahead, firstAt: now, isRepeated: false },
      limit,
      now,
    );
  }

  #make(call: Call, limit: number, now: number): void {
    const { store, params } = this.#options;
    const leaseMs = params.lockDuration;
    this.#underWay += 1;
    this.#asked += call.limit;
    this.#recording += call.frees;
    for (let index = 0; index < call.ended.length; index++) {
      (call.ended[index] as HeldLease).isSent = true;
    }
    try {
      const answer = store.exchange({
        holder: this.holder,
        sequence: call.sequence,
        ended: call.ended as readonly EndedLease[],
        limit,
        ahead: Math.min(call.ahead, limit),
        isStopping: !this.#options.takesJobs(),
        now,
        leaseMs,
        limits: this.#limits.get(),
        stalls: this.#limits.stalls,
      });
      if (answer instanceof Promise) {
        this.#awaitAnswer(call, answer, now + leaseMs);
      } else {
        this.#answered(call, answer, now + leaseMs);
      }
    } catch (error) {
      this.#failed(call, error);
    }
  }

  #awaitAnswer(call: Call, answer: Promise<ExchangeAnswer>, leaseUntil: number): void {
    this.isRemote = true;
    answer.then(
      (came) => this.#answered(call, came, leaseUntil),
      (error) => this.#failed(call, error),
    );
  }

  #over(call: Call): void {
    this.#asked -= call.limit;
    this.#recording -= call.frees;
    this.#isBack();
  }

  #isBack(): void {
    this.#underWay -= 1;
    if (this.#underWay > 0 || this.#settled.length === 0) return;
    for (const settled of this.#settled.splice(0)) settled();
  }

  #answered(call: Call, answer: ExchangeAnswer, leaseUntil: number): void {
    this.#sequences.answered(call.sequence);
    this.#over(call);
    if (this.#closed !== undefined) {
      if (this.#closed.givesBack) this.#giveBack(answer.jobs);
      return;
    }
    this.#failures = 0;
    const { params, keeper, onAnswer, onFound, onRecorded, onRoom } = this.#options;
    const { ended } = call;
    // Several of these loops run for every job: an index costs less than an iterator.
    for (let index = 0; index < ended.length; index++) {
      const held = ended[index] as HeldLease;
      const isRefused = answer.refused.length > 0 && isAmong(answer.refused, held.lease);
      if (isRefused) params.onError(leaseLostError(held.lease));
      onRecorded(held, isRefused ? undefined : held.outcome);
    }
    if (answer.stalled.length > 0) answer.stalled.forEach(params.onStalled);
    // The answer of a call that was lost may bring jobs that are known by now.
    const { limit, ahead, isRepeated, firstAt: askedAt } = call;
    const fresh = isRepeated
      ? { ...answer, jobs: answer.jobs.filter((job) => !keeper.knows(job)), handles: [] }
      : answer;
    // Jobs that are to fail for a dependency come without being asked for.
    const isWanted = limit > 0 || fresh.jobs.length > 0;
    if (isWanted) onAnswer(fresh, { limit, ahead, isRepeated, leaseUntil, askedAt });
    else if (answer.stalled.some(({ failed }) => !failed)) onFound();
    if (this.#lost.length > 0) this.#repeatLost();
    onRoom();
  }

  #failed(call: Call, error: unknown): void {
    this.#over(call);
    if (this.#closed !== undefined) return;
    this.#options.params.onError(error);
    // The number of a lost call stays unanswered, and so stays among those whose answers the store keeps.
    if (isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE')) this.#lost.push(call);
    else this.#refused(call, error);
    if (this.#lost.length > 0) this.#repeatLater();
    else this.#options.onRoom();
  }

  /** Sends lost calls again, one at a time and with nothing else under way: the one sent first goes first. */
  #repeatLater(): void {
    if (this.#repeatTimer !== undefined || this.#underWay > 0) return;
    const owing = this.#lost.some(({ ended }) => ended.length > 0);
    this.#repeatTimer = this.#options.clock.setTimeout(() => {
      this.#repeatTimer = undefined;
      this.#repeatLost();
    }, this.#pause(owing));
  }

  #repeatLost(): void {
    if (this.#repeatTimer !== undefined || this.#underWay > 0) return;
    const { clock, params, takesJobs } = this.#options;
    this.#lost.sort((a, b) => a.sequence - b.sequence);
    const [first] = this.#lost;
    const isLate = first !== undefined && clock.now() - first.firstAt >= params.lockDuration;
    if (this.#forsakes === 'at once' || this.#isRenaming || isLate) this.#rename();
    if (first === undefined || this.#isRenaming) return;
    this.#lost.shift();
    first.isRepeated = true;
    this.#make(first, takesJobs() ? first.limit : 0, clock.now());
  }

  /**
   * Continues under another holder name: the store remembers answers for one lease only. Jobs that the lost calls
   * handed out have no running worker then, and are taken back at the end of their lease. The leases held are renewed
   * under the new name first: the next exchange would take back those that ended while the process was late.
   */
  #rename(): void {
    this.#forsakes = undefined;
    if (!this.#isRenaming) this.#renamed += 1;
    this.#isRenaming = true;
    this.#underWay += 1;
    void this.#options.keeper.renewAll().then((isAnswered) => {
      this.#isBack();
      if (this.#closed !== undefined) return;
      if (isAnswered) this.#beginAgain();
      else this.#repeatLater();
    });
  }

  /** Repeats a lost call under the new name, or has the store take back the jobs that were given up. */
  #beginAgain(): void {
    this.#isRenaming = false;
    this.#sequences = new SequenceWindow();
    for (const call of this.#lost) {
      call.sequence = this.#sequences.next();
      call.firstAt = this.#options.clock.now();
    }
    if (this.#lost.length > 0) this.#repeatLost();
    else this.#makeNew([], 0, 0, 0);
    this.#options.onRoom();
  }

  /**
   * Sends lease by lease what a store refused together; an outcome refused alone is retried later, then fails the
   * job.
   */
  #refused(call: Call, error: unknown): void {
    this.#sequences.answered(call.sequence);
    // What it handed out when its answer was lost is taken back under another name. The store keeps other answers for this one.
    if (call.isRepeated) this.#forsakes ??= 'once all is answered';
    if (call.limit > 0) this.#options.onAskFailed(this.#pause(false));
    const [only] = call.ended;
    if (only === undefined) return;
    for (const held of call.ended) held.isSent = false;
    if (call.ended.length > 1 || call.limit > 0) this.#alone.add(call.ended);
    else this.#alone.refusedAlone(only, error);
  }

  #tryAlone(held: HeldLease): void {
    const { keeper, params, onRecorded, onRoom } = this.#options;
    if (keeper.holds(held)) {
      this.#alone.add([held]);
    } else {
      params.onError(leaseLostError(held.lease));
      onRecorded(held, undefined);
    }
    onRoom();
  }

  /** Gives back jobs that an answer brings after the worker stopped; should that fail, their leases end. */
  #giveBack(jobs: readonly JobRecord[]): void {
    if (jobs.length === 0) return;
    const { store, clock, params } = this.#options;
    const ended = jobs.map(({ id, fencingToken }) => ({
      lease: { id, fencingToken },
      outcome: { type: 'unstarted' } as const,
    }));
    const now = clock.now();
    const { stalls } = this.#limits;
    void Promise.resolve(
      store.exchange({
        ...{ holder: this.holder, sequence: this.#sequences.next(), ended, limit: 0, now, stalls },
        ...{ leaseMs: params.lockDuration, limits: this.#limits.get(), isStopping: true },
      }),
    ).catch(params.onError);
  }

  #pause(owing: boolean): number {
    const wait = REPEAT_AFTER_MS.first * 2 ** this.#failures;
    this.#failures += 1;
    return Math.min(owing ? REPEAT_AFTER_MS.mostOwing : REPEAT_AFTER_MS.most, wait);
  }
}

function isAmong(leases: readonly Lease[], { id, fencingToken }: Lease): boolean {
  return leases.some((lease) => lease.id === id && lease.fencingToken === fencingToken);
}
