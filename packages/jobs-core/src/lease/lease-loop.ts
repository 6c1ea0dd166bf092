import { atMost } from '../clock/abortable-delay.ts';
import type { Clock, TimerHandle } from '../clock/clock.ts';
import { detached } from '../clock/detached.ts';
import type { ConsumeParams } from '../contract/consumer.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { limitOwner } from '../contract/limit-owner.ts';
import type { Outcome } from '../contract/outcome.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { type AnsweredCall, Exchanger } from './exchanger.ts';
import type { HeldLease } from './held-lease.ts';
import { IdleWait } from './idle-wait.ts';
import type { LeaseConsumer, LeaseConsumerOptions } from './lease-consumer.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import type { ExchangeAnswer, LeaseStore } from './lease-store.ts';
import { LoopTurn } from './loop-turn.ts';
import { Shyness } from './shyness.ts';
import { Slots } from './slots.ts';

/** The poll interval for a store that cannot report when something is ready. */
const DEFAULT_POLL_INTERVAL_MS = 1000;
/** How long aborted handlers may take to react before their jobs are given back. */
const ABORT_GRACE_MS = 400;
/** The delay before an overdue job is looked for again, so that a store that cannot hand it out is not polled. */
const OVERDUE_RETRY_MS = 100;
/** How often in a row a store may report more to do and hand out nothing, as with many due jobs of a paused queue. */
const MOST_SLICES = 1000;
/** The largest number of jobs a call asks for. */
const MOST_ASKED = 64;
/** Calls back in a microtask, which costs a third of `queueMicrotask`: that makes an async resource a call. */
const RESOLVED = Promise.resolve();

/** Is the loop of one worker. It takes jobs once it is started, and may be stopped meanwhile. */
export class LeaseLoop implements LeaseConsumer {
  readonly #store: LeaseStore;
  readonly #clock: Clock;
  readonly #params: ConsumeParams;
  readonly #pollInterval: number;
  readonly #keeper: LeaseKeeper;
  readonly #exchanger: Exchanger;
  readonly #slots: Slots;
  #state: 'running' | 'stopping' | 'stopped' | 'abandoned' = 'running';
  /** Whether there may be jobs that no exchange has asked for yet. */
  #isHungry = true;
  /** Whether the last answer brought as many jobs as requested, so that the next one may, too. */
  #expectsMore = false;
  /** Whether the loop leaves a store that refused to hand out jobs alone until the timer fires. */
  #asksLater = false;
  #turnQueued = false;
  readonly #loopTurn = new LoopTurn();
  #slices = 0;
  readonly #shyness: Shyness;
  #wakeAt = Number.POSITIVE_INFINITY;
  #wakeTimer: TimerHandle;
  #unwatch: (() => void) | undefined;
  #stopped: Promise<void> | undefined;
  readonly #idle: IdleWait;

  constructor({ store, clock, params, pollInterval }: LeaseConsumerOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#params = params;
    this.#pollInterval =
      pollInterval ?? (store.watch ? Number.POSITIVE_INFINITY : DEFAULT_POLL_INTERVAL_MS);
    this.#keeper = new LeaseKeeper({
      store,
      clock,
      params,
      pollInterval: this.#pollInterval,
      taker: { finish: (held, outcome) => this.#finish(held, outcome) },
      onCancelled: (held, request) => this.#slots.cancel(held, request),
      onRound: () => this.#exchanger.lookAround(),
      onGivenUp: () => {
        this.#exchanger.doubt();
        this.#ready();
      },
      holder: () => this.#exchanger.holder,
    });
    this.#slots = new Slots({
      clock,
      concurrency: params.concurrency,
      run: (held) => this.#run(held),
      giveBack: (jobs) => this.#giveBack(jobs),
    });
    this.#shyness = new Shyness(clock);
    this.#idle = new IdleWait({ clock, isIdle: () => this.#keeper.size === 0 });
    this.#exchanger = new Exchanger({
      store,
      clock,
      params,
      keeper: this.#keeper,
      takesJobs: () => this.#state === 'running',
      onAnswer: (answer, call) => this.#answered(answer, call),
      onFound: () => this.#ready(),
      onRecorded: (held, outcome) => this.#recorded(held, outcome),
      onRoom: () => this.#queueTurn(),
      onAskFailed: (waitMs) => this.#askLater(waitMs),
    });
  }

  async start(): Promise<void> {
    this.#unwatch = await this.#store.watch?.({
      onReady: () => this.#ready(),
      onCancel: (cancellation) => this.#keeper.cancel(cancellation),
    });
    if (this.#state !== 'running') this.#end();
    detached(this.#turn, undefined);
    await this.#exchanger.settled();
  }

  resize({ concurrency }: { readonly concurrency: number }): void {
    if (this.#state !== 'running') return;
    this.#slots.resize(concurrency);
    this.#ready();
  }

  stop({ timeout }: { readonly timeout: number }): Promise<void> {
    this.#idle.endBy(this.#clock.now() + timeout);
    this.#stopped ??= this.#drain();
    return this.#stopped;
  }

  abandon(): void {
    this.#state = 'abandoned';
    this.#endWaiting();
    this.#exchanger.close({ givesBack: false });
    this.#keeper.abortAll(new JobsError('JOBS_WORKER_STOPPED', 'The worker was closed by force'));
    this.#end();
    this.#idle.end();
  }

  async #drain(): Promise<void> {
    if (this.#state === 'abandoned') return;
    this.#state = 'stopping';
    this.#endWaiting();
    this.#slots.refuseAll();
    await atMost(this.#clock, ABORT_GRACE_MS, this.#exchanger.settled());
    await this.#idle.untilTime();
    if (this.#keeper.size > 0) {
      this.#keeper.abortAll(
        new JobsError('JOBS_WORKER_STOPPED', 'The worker is stopping and gives the job back'),
      );
      await this.#idle.until(ABORT_GRACE_MS);
    }
    if (this.#isAbandoned()) return;
    this.#state = 'stopped';
    this.#giveBackAll();
    await this.#idle.until(ABORT_GRACE_MS);
    this.#exchanger.close({ givesBack: true });
    // What is not known to be recorded by now counts as lost.
    for (const { outcome, run } of this.#keeper.items()) if (outcome) run?.recorded(undefined);
    this.#end();
  }

  #isAbandoned(): boolean {
    return this.#state === 'abandoned';
  }

  /** Gives back the jobs whose runs go on, without using an attempt. */
  #giveBackAll(): void {
    const runAt = this.#clock.now();
    for (const held of this.#keeper.items()) {
      if (!this.#keeper.holds(held)) this.#keeper.delete(held);
      else if (held.outcome === undefined) {
        this.#exchanger.end(held, { type: 'snooze', reason: 'released', runAt, delayMs: 0 });
      }
    }
    detached(this.#turn, undefined);
  }

  /** Stops looking for jobs; cancellations of active jobs are still received. */
  #endWaiting(): void {
    this.#clock.clearTimeout(this.#wakeTimer);
    this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  #end(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#keeper.end();
  }

  #ready(): void {
    this.#isHungry = true;
    if (!this.#turnQueued) detached(this.#queueTurn, undefined);
  }

  /** Exchanges soon: everything that ends or becomes ready in this turn of the event loop goes together. */
  readonly #queueTurn = (): void => {
    if (this.#turnQueued || !(this.#exchanger.hasEnded || this.#wantsJobs())) return;
    this.#turnQueued = true;
    const gathers = this.#exchanger.gathers(this.#keeper.size);
    if (gathers || this.#loopTurn.isOver) {
      this.#loopTurn.next();
      setImmediate(this.#queuedTurn);
    } else {
      void RESOLVED.then(this.#queuedTurn);
    }
  };

  readonly #queuedTurn = (): void => {
    this.#turnQueued = false;
    this.#turn();
  };

  readonly #turn = (): void => {
    if (!this.#exchanger.hasRoom || !(this.#exchanger.hasEnded || this.#wantsJobs())) return;
    if (this.#waitsForMore()) return;
    this.#exchanger.send(this.#limitOf, this.#free);
    this.#queueTurn();
  };

  /**
   * Returns whether to wait for the exchange under way, after which more goes together. A second one at the same time is
   * worth it only with more than half of the jobs: smaller ones would stay as small, each after the other.
   */
  #waitsForMore(): boolean {
    if (this.#store.prefersLarge !== true || this.#state !== 'running') return false;
    const { ended, asked, recording } = this.#exchanger;
    if (asked + recording === 0) return false;
    const much = Math.min(MOST_ASKED, Math.floor(this.#slots.size / 2) + 1);
    return Math.max(ended, this.#free(recording + ended)) < much;
  }

  #wantsJobs(): boolean {
    if (this.#state !== 'running' || this.#asksLater) return false;
    const { asked, recording } = this.#exchanger;
    const free = this.#free(recording);
    // A call asks for a part of the free slots only: while jobs come, another one asks for the rest.
    if (free > 0) return asked > 0 ? this.#expectsMore : this.#isHungry;
    // Jobs that have no slot yet are worth a call of their own only beside one for the other half.
    if (asked === 0 || !this.#expectsMore) return false;
    const ahead = this.#roomAhead();
    return asked >= this.#slots.half(ahead) && free + ahead >= asked / 2;
  }

  /** Returns how many jobs to ask for in a call that records the given number of leases. */
  readonly #limitOf = (recording: number): number => {
    const ahead = this.#roomAhead();
    const free = this.#free(recording) + ahead;
    if (this.#state !== 'running' || free <= 0 || this.#asksLater) return 0;
    this.#isHungry = false;
    // Two exchanges that each bring half keep both sides busy: while one is answered, the other's jobs start.
    const inHalves = this.#exchanger.isRemote && this.#store.prefersLarge !== true;
    return Math.min(MOST_ASKED, free, inHalves ? this.#slots.half(ahead) : free);
  };

  /** Returns how many jobs to hold ahead of their slots. */
  #roomAhead(): number {
    return this.#exchanger.isRemote ? this.#slots.room : 0;
  }

  readonly #free = (recording: number): number => {
    const busy = this.#keeper.size - recording;
    return this.#slots.size - busy - this.#exchanger.asked;
  };

  #askLater(waitMs: number): void {
    this.#asksLater = true;
    this.#endWaiting();
    this.#wakeBy(this.#clock.now() + waitMs);
  }

  #answered(answer: ExchangeAnswer, call: AnsweredCall): void {
    const { jobs, windows, handles } = answer;
    const { limit, ahead, isRepeated, askedAt } = call;
    const leaseUntil = askedAt + this.#params.lockDuration;
    if (this.#state !== 'running') {
      // They came after the worker began to stop.
      const late = this.#isAbandoned() ? [] : jobs;
      this.#giveBack(late.map((job) => this.#keeper.add(job, leaseUntil)));
      return;
    }
    const tookMs = this.#slots.noteExchange(askedAt, jobs.length);
    this.#loopTurn.note(jobs.length, tookMs, this.#exchanger.isRemote);
    for (let index = 0; index < jobs.length; index++) {
      const job = jobs[index] as JobRecord;
      const held = this.#keeper.add(job, leaseUntil, handles?.[index]);
      const per = windows?.get(limitOwner(job.name, job.rateKey));
      if (per !== undefined) held.startBy = askedAt + this.#slots.latenessUnder(per);
      this.#slots.enter(held, per !== undefined || this.#params.limits?.has(job.name) === true);
    }
    // A repeated answer brings only those of its jobs that are still held and not known: there may be more.
    this.#expectsMore = isRepeated || jobs.length >= limit;
    // The store wakes no worker for jobs ahead: this one asks again by itself as soon as it has a free slot.
    if (isRepeated || jobs.length >= limit - ahead) this.#isHungry = true;
    if (!this.#expectsMore) this.#askAgain(answer, askedAt);
  }

  /** Asks again when the store has more to do, or at the time it gave. */
  #askAgain(answer: ExchangeAnswer, askedAt: number): void {
    const { jobs, now, nextAt = Number.POSITIVE_INFINITY } = answer;
    if (nextAt === now && this.#slices < MOST_SLICES) {
      this.#slices += jobs.length === 0 ? 1 : 0;
      this.#isHungry = true;
      this.#loopTurn.isOver = true;
    } else {
      this.#slices = 0;
      const wait = nextAt > now ? nextAt - now : OVERDUE_RETRY_MS;
      this.#wakeBy(askedAt + Math.min(wait, this.#pollInterval));
    }
  }

  /** Gives back jobs that have not started; a lease that was lost is over. */
  #giveBack(jobs: readonly HeldLease[]): void {
    for (const held of jobs) {
      if (this.#keeper.holds(held)) this.#exchanger.end(held, { type: 'unstarted' });
      else this.#recorded(held, undefined);
    }
    if (!this.#turnQueued) detached(this.#queueTurn, undefined);
  }

  #run(held: HeldLease): void {
    if (this.#state !== 'running' || !this.#keeper.holds(held)) {
      this.#finish(held, { type: 'unstarted' });
      return;
    }
    const { start } = this.#params;
    if (start === undefined) this.#execute(held);
    else start(held);
  }

  // Closures live in functions of their own: otherwise every job pays for their scope even when none is needed.
  #execute(held: HeldLease): void {
    // `execute` never rejects.
    void this.#params.execute(held).then((outcome) => this.#finish(held, outcome));
  }

  #finish(held: HeldLease, outcome: Outcome): void {
    if (outcome.type === 'snooze' && outcome.reason.startsWith('unknown-')) {
      this.#shyness.begin();
    }
    if (held.outcome !== undefined || this.#state === 'abandoned') {
      // The job was given back already, while the run went on.
      held.run?.recorded(undefined);
      return;
    }
    const isHeld = this.#keeper.holds(held);
    if (!isHeld || outcome.type === 'recorded') {
      this.#recorded(held, isHeld ? outcome : undefined);
      return;
    }
    this.#exchanger.end(held, outcome);
    if (!held.run?.hasHooks) this.#slots.leave(held);
    this.#queueTurn();
  }

  /** Continues once an outcome is recorded, or cannot be: the slot is free when the hooks have ended. */
  #recorded(held: HeldLease, outcome: Outcome | undefined): void {
    const hooks = held.run?.recorded(outcome);
    if (hooks === undefined) this.#freed(held);
    else this.#freeAfter(held, hooks);
  }

  #freeAfter(held: HeldLease, hooks: Promise<void>): void {
    void hooks.then(() => this.#freed(held));
  }

  #freed(held: HeldLease): void {
    this.#keeper.delete(held);
    this.#slots.leave(held);
    if (this.#keeper.size === 0) this.#idle.end();
    this.#queueTurn();
  }

  /** Sets the one timer to the earliest time at which there may be something to do. */
  #wakeBy(at: number): void {
    if (this.#state !== 'running' || at >= this.#wakeAt || at === Number.POSITIVE_INFINITY) return;
    this.#clock.clearTimeout(this.#wakeTimer);
    this.#wakeAt = at;
    this.#wakeTimer = this.#clock.setTimeout(
      () => {
        this.#wakeAt = Number.POSITIVE_INFINITY;
        this.#asksLater = false;
        this.#isHungry = true;
        this.#turn();
      },
      Math.max(0, at - this.#clock.now()) + this.#shyness.delayMs,
    );
  }
}
