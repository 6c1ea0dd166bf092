import type { Clock, TimerHandle } from '../clock/clock.ts';
import type { ConsumeParams, Lease } from '../contract/consumer.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { leaseLostError } from '../errors/error-factories.ts';
import { isJobsError } from '../errors/jobs-error.ts';
import type { HeldLease } from './held-lease.ts';
import { HolderName } from './holder-name.ts';
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
export type AnsweredCall = Readonly<Pick<Call, 'limit' | 'ahead' | 'isRepeated' | 'askedAt'>>;

interface ExchangerOptions {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly params: ConsumeParams;
  readonly keeper: LeaseKeeper;
  /** Returns whether this worker still takes jobs. */
  readonly takesJobs: () => boolean;
  /** Gets the answer of an exchange that asked for jobs, without jobs that are held already. */
  readonly onAnswer: (answer: ExchangeAnswer, call: AnsweredCall) => void;
  /** Reports that jobs are waiting again which were lost, or will be at the end of a lease. */
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
  readonly sequence: number;
  readonly ended: readonly HeldLease[];
  /** The number of slots that are free once it is recorded. */
  readonly frees: number;
  readonly limit: number;
  /** How many of these have no free slot yet. */
  readonly ahead: number;
  /** When it was first sent, in epoch milliseconds. */
  readonly askedAt: number;
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
  readonly #sequences = new SequenceWindow();
  readonly #name: HolderName;
  #looked = false;
  /** Whether there may be leases that this worker does not know. */
  #isInDoubt = false;
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
    const { clock, params } = options;
    this.#name = new HolderName(params.worker.id, params.lockDuration, clock.now());
    this.#limits = new KnownLimits(params);
    this.#alone = new RefusedLeases(clock, (held) => this.#tryAlone(held));
  }

  /** The name under which the store knows this worker. */
  get holder(): string {
    return this.#name.current;
  }

  /** Whether an exchange may be sent. */
  get hasRoom(): boolean {
    const most = this.#isInDoubt ? 1 : MOST_UNDER_WAY;
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
    if (isDue && this.hasRoom) this.#makeNew([], 0, 0, 0);
  }

  /**
   * Says that the store may consider held what this worker does not: the next answer shows that the store is there, and then
   * the worker continues under another name.
   */
  doubt(): void {
    this.#isInDoubt = true;
  }

  /** Sends ended leases, as many as fit, and asks for as many jobs as `limitOf` returns; `freeOf` tells how many slots are free. */
  send(limitOf: (recording: number) => number, freeOf: (recording: number) => number): void {
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
      { sequence, ended, frees, limit, ahead, askedAt: now, isRepeated: false },
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
      if (answer instanceof Promise) this.#awaitAnswer(call, answer);
      else this.#answered(call, answer);
    } catch (error) {
      this.#failed(call, error);
    }
  }

  #awaitAnswer(call: Call, answer: Promise<ExchangeAnswer>): void {
    this.isRemote = true;
    answer.then(
      (came) => this.#answered(call, came),
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

  #answered(call: Call, answer: ExchangeAnswer): void {
    this.#sequences.answered(call.sequence);
    this.#name.lookedAt = call.askedAt;
    this.#over(call);
    if (this.#closed !== undefined) {
      if (this.#closed.givesBack) this.#giveBack(answer.jobs);
      return;
    }
    this.#failures = 0;
    const { params, keeper, onAnswer, onFound, onRecorded } = this.#options;
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
    const fresh = call.isRepeated
      ? { ...answer, jobs: answer.jobs.filter((job) => !keeper.knows(job)), handles: [] }
      : answer;
    // Jobs that are to fail for a dependency come without being asked for.
    const isWanted = call.limit > 0 || fresh.jobs.length > 0;
    if (isWanted) onAnswer(fresh, call);
    else if (answer.stalled.some(({ failed }) => !failed)) onFound();
    this.#goOn(call.askedAt, ended.length + answer.jobs.length > 0);
  }

  /** Decides what follows an answer: what was lost goes first, then another name. */
  #goOn(askedAt: number, isWorking: boolean): void {
    const { takesJobs, onRoom } = this.#options;
    if (isWorking && this.#name.isOver(askedAt)) this.doubt();
    if (this.#lost.length > 0) this.#repeatLost();
    else if (this.#isInDoubt && this.#underWay === 0 && takesJobs()) this.#rename();
    onRoom();
  }

  #failed(call: Call, error: unknown): void {
    this.#over(call);
    if (this.#closed !== undefined) return;
    this.#isInDoubt = true;
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
    if (this.#isRenaming) {
      this.#rename();
      return;
    }
    const { clock, takesJobs } = this.#options;
    const [first] = this.#lost.sort((a, b) => a.sequence - b.sequence);
    if (first === undefined) return;
    this.#lost.shift();
    first.isRepeated = true;
    this.#make(first, takesJobs() ? first.limit : 0, clock.now());
  }

  /**
   * Continues under another holder name, with no call unanswered. The leases held are renewed under it first: the next
   * exchange would take back those that ended while the process was late.
   */
  #rename(): void {
    if (!this.#isRenaming) this.#name.change(this.#options.clock.now());
    this.#isInDoubt = false;
    this.#isRenaming = true;
    this.#underWay += 1;
    void this.#options.keeper.renewAll().then((isAnswered) => {
      this.#isBack();
      if (this.#closed !== undefined) return;
      if (isAnswered) {
        this.#isRenaming = false;
        // The next answer says when the leases that were left end.
        this.#options.onFound();
      } else this.#repeatLater();
    });
  }

  /**
   * Sends lease by lease what a store refused together; an outcome refused alone is retried later, then fails the
   * job.
   */
  #refused(call: Call, error: unknown): void {
    this.#sequences.answered(call.sequence);
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
