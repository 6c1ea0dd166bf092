import { type Clock, isJobsError } from '@philjs/jobs-core';
import type { ScheduleRecord, ScheduleStore, Subscription } from '@philjs/jobs-core/backend';
import { takeTurn } from '@philjs/jobs-core/internal';
import { eachOf } from '../async/each-of.ts';
import { readSchedule, type StoredSchedule } from '../spec/stored-schedule.ts';
import { Alarm } from './alarm.ts';
import type { Backlog } from './backlog.ts';
import { PassedOver } from './passed-over.ts';
import type { StepResult } from './stepper.ts';
import type { StoreTime } from './store-time.ts';

/** How many due schedules are read at once. */
const BATCH = 200;
/** How many of them are processed at once: many, so that they wait for the store together, not one after the other. */
const AT_ONCE = 128;
/** How often to look, in milliseconds, where other processes may change schedules without a notification. */
const POLL_MS = 5_000;
/** How soon after a look the next one may follow because of changes by other processes, in milliseconds. */
const QUIET_MS = 250;
/** How soon to look after another process changed something, at the earliest, in milliseconds. */
const NOTICE_MS = 30;
/** How long to leave due schedules to the process that was first last time, in milliseconds. */
const LET_AHEAD_MS = 10;
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** How many schedules are held back after failures at most; each takes about 100 bytes. */
const MOST_HELD = 100_000;
/** Failures of the store, not of one schedule. */
const STORE_FAILURES = ['JOBS_BACKEND_UNAVAILABLE', 'JOBS_QUEUE_CLOSED'] as const;

/** Holds the dependencies of a ticker. */
export interface TickerOptions {
  readonly store: ScheduleStore;
  readonly clock: Clock;
  readonly time: StoreTime;
  readonly backlog: Backlog;
  /** Whether other processes may use the store. */
  readonly multiProcess: boolean;
  /** Resolves once the store may be used. */
  readonly ready: () => Promise<unknown>;
  /** Takes a schedule a step; `foundAt` is when it was found due. */
  readonly step: (schedule: StoredSchedule, foundAt: number) => Promise<StepResult>;
  /** Whether this process can fire a schedule; others are left to other processes. */
  readonly canFire: (record: ScheduleRecord) => boolean;
  /** Whether a step of a schedule calls functions or schemas of users, which may take long. */
  readonly mayTakeLong: (record: ScheduleRecord) => boolean;
  /** Called when the stored data is gone, as after a failover to an empty store. */
  readonly onLost: () => Promise<void>;
  /** Called after each look, with the time; not waited for. */
  readonly tend: (now: number) => Promise<void>;
  readonly report: (error: unknown) => void;
}

/** Describes one look at the due schedules. */
interface Pass {
  /** Since when this process has been working on what is due, by the clock of the store. */
  readonly since: number;
  /** Why it cannot go on: the store is away. */
  failure?: unknown;
}

/** Describes why a schedule is held back for a while. */
interface Hold {
  readonly until: number;
  /** How long to hold it back after the next failure, in milliseconds. */
  readonly nextWaitMs: number;
}

/**
 * Looks for due schedules with one timer, set to the earliest tick. Processes that share a store
 * need no leader: the first one claims a tick. The process that was first last time looks on time, the others some
 * hundredths of a second later, so that they do not all ask at once for the same schedules.
 */
export class Ticker {
  readonly #options: TickerOptions;
  readonly #held = new Map<string, Hold>();
  /** The steps under way that the others do not wait for. */
  readonly #aside = new Map<string, Promise<void>>();
  readonly #passed = new PassedOver();
  readonly #alarm: Alarm;
  #isRunning = false;
  #life: string | undefined;
  #watching: Subscription | undefined;
  #looking: Promise<void> | undefined;
  #isStale = false;
  #isAhead = true;
  #lookedAt = 0;
  #expectedAt: number = Number.POSITIVE_INFINITY;
  #failures = 0;
  /** When it last reported that a later version of this package wrote schedules. */
  #toldOfLaterAt = Number.NEGATIVE_INFINITY;

  constructor(options: TickerOptions) {
    this.#options = options;
    const { clock, time } = options;
    const timers = {
      now: () => time.now(),
      setTimeout: clock.setTimeout.bind(clock),
      clearTimeout: clock.clearTimeout.bind(clock),
    };
    this.#alarm = new Alarm(timers, () => void this.#look());
  }

  /** Whether it was started and not stopped. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Starts looking; resolves after the first look, also when it failed. */
  async start(): Promise<void> {
    this.#isRunning = true;
    await this.look();
  }

  /** Stops looking, after the step in progress is done. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#alarm.clear();
    await this.#looking;
    await Promise.all(this.#aside.values());
    // It was started again meanwhile.
    if (this.isRunning) return;
    const watching = this.#watching;
    this.#watching = undefined;
    await watching?.unsubscribe();
  }

  /** Looks for due schedules now, also for those that it passed over, and sets the timer again. Never rejects. */
  look(): Promise<void> {
    this.#passed.forget();
    return this.#look();
  }

  #look(): Promise<void> {
    this.#isStale = true;
    this.#looking ??= this.#lookUntilFresh();
    return this.#looking;
  }

  async #lookUntilFresh(): Promise<void> {
    // Waits for the end of this task, so that changes made together share one look.
    await Promise.resolve();
    this.#alarm.clear();
    let wakeAt: number | undefined;
    while (this.#isStale && this.isRunning) {
      this.#isStale = false;
      wakeAt = await this.#tryPass();
      if (wakeAt === undefined || wakeAt > this.#options.time.now()) continue;
      // More is due already: yield to other work first.
      await new Promise((resolve) => setImmediate(resolve));
      this.#isStale = true;
    }
    this.#looking = undefined;
    this.#arm(wakeAt);
  }

  async #tryPass(): Promise<number | undefined> {
    try {
      await this.#options.ready();
      this.#watching ??= await this.#options.store.watch({ onChange: () => this.#changed() });
      const wakeAt = await this.#pass();
      this.#failures = 0;
      const isDone = wakeAt === undefined || wakeAt > this.#options.time.now();
      if (isDone && !this.#isStale) this.#options.backlog.done();
      return wakeAt;
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Reports that the store failed, and returns when to try again. */
  #fail(error: unknown): number | undefined {
    if (isJobsError(error, 'JOBS_QUEUE_CLOSED')) {
      this.#isRunning = false;
      return undefined;
    }
    if (this.isRunning) this.#options.report(error);
    const wait = Math.min(RETRY_MS * 2 ** this.#failures, POLL_MS);
    this.#failures += 1;
    return this.#options.time.now() + wait;
  }

  /** Takes every due schedule one step, a page at a time; returns when something is due again. */
  async #pass(): Promise<number | undefined> {
    const times: (number | undefined)[] = [];
    const { time } = this.#options;
    let [hadReady, isFront, cursor] = [false, true, this.#passed.begin(time.now())];
    do {
      const page = await time.due({ limit: BATCH, ...(cursor !== undefined && { cursor }) });
      this.#lookedAt = page.now;
      const since = this.#options.backlog.look(page.now);
      await this.#noticeLoss(page.life);
      const own = page.schedules.filter((record) => this.#isOwn(record));
      const ready = own.filter(({ id }) => this.#heldUntil(id) <= page.now);
      const held = own.filter((record) => !ready.includes(record));
      const heldUntil = earliest(held.map(({ id }) => this.#heldUntil(id)));
      times.push(heldUntil);
      hadReady ||= ready.length > 0;
      isFront &&= !page.schedules.some(({ id }) => this.#aside.has(id)) && ready.length === 0;
      if (isFront && page.cursor !== undefined) this.#passed.pass(page.cursor, heldUntil);
      times.push(...(await this.#stepAll(ready, since)));
      cursor = page.cursor;
      if (cursor === undefined) times.push(page.nextAt);
    } while (cursor !== undefined && this.#isRunning);
    void this.#options.tend(this.#lookedAt);
    // Another process has fired everything that was due by now.
    if (!hadReady && this.#lookedAt >= this.#expectedAt) this.#isAhead = false;
    const wakeAt = earliest(times);
    this.#expectedAt = wakeAt ?? Number.POSITIVE_INFINITY;
    return wakeAt;
  }

  async #stepAll(ready: ScheduleRecord[], since: number): Promise<readonly (number | undefined)[]> {
    if (this.#options.multiProcess) shuffle(ready);
    const pass: Pass = { since };
    const times = await eachOf(ready, AT_ONCE, (record) => this.#step(record, pass));
    if (pass.failure !== undefined) throw pass.failure;
    return times;
  }

  /** Returns whether to step a schedule: this process can, and is not about to. */
  #isOwn(record: ScheduleRecord): boolean {
    return !this.#aside.has(record.id) && this.#options.canFire(record);
  }

  #heldUntil(id: string): number {
    return this.#held.get(id)?.until ?? 0;
  }

  async #noticeLoss(life: string | undefined): Promise<void> {
    const isLost = this.#life !== undefined && life !== this.#life;
    if (isLost) this.#passed.forget();
    // If this fails, the loss is noticed again at the next look.
    if (isLost) await this.#options.onLost();
    this.#life = life;
    this.#isStale ||= isLost;
  }

  /** Takes one schedule a step; returns when to look at it again. */
  async #step(record: ScheduleRecord, pass: Pass): Promise<number | undefined> {
    const { id } = record;
    await takeTurn();
    if (!this.isRunning || pass.failure !== undefined) return undefined;
    if (this.#options.mayTakeLong(record)) return this.#stepAside(record, pass);
    try {
      const result = await this.#take(record, pass);
      this.#isAhead = result.type !== 'lost';
      if (result.type === 'done') return result.nextAt;
      this.#isStale = true;
      return undefined;
    } catch (error) {
      if (STORE_FAILURES.some((code) => isJobsError(error, code))) {
        pass.failure ??= error;
        return undefined;
      }
      return this.#hold(id, error);
    }
  }

  async #take(record: ScheduleRecord, { since }: Pass): Promise<StepResult> {
    const { backlog, time, step } = this.#options;
    const foundAt = backlog.foundAt(record, since);
    const result = await step(readSchedule(record), foundAt);
    this.#held.delete(record.id);
    backlog.reached(time.now());
    if (result.type === 'lost') backlog.lose(record, foundAt);
    return result;
  }

  /** Takes a schedule a step that may take long, as its payload or deadline is computed: the others do not wait for it. */
  #stepAside(record: ScheduleRecord, pass: Pass): undefined {
    const { id } = record;
    const stepping = this.#take(record, pass)
      .then(() => undefined)
      .catch((error) => void this.#hold(id, error))
      .then(() => {
        this.#aside.delete(id);
        if (this.isRunning) void this.#look();
      });
    this.#aside.set(id, stepping);
    return undefined;
  }

  /** Holds a schedule back for a while, longer each time; the others continue. */
  #hold(id: string, error: unknown): number {
    const now = this.#options.time.now();
    // Of a later version: all are alike, and stay so until this process is another.
    const isLater = isJobsError(error, 'JOBS_BACKEND_CONTRACT');
    const wait = isLater ? LONGEST_RETRY_MS : (this.#held.get(id)?.nextWaitMs ?? RETRY_MS);
    const until = now + wait;
    const [oldest] = this.#held.keys();
    this.#held.delete(id);
    if (this.#held.size >= MOST_HELD && oldest !== undefined) this.#held.delete(oldest);
    this.#held.set(id, { until, nextWaitMs: Math.min(wait * 2, LONGEST_RETRY_MS) });
    if (isLater && now < this.#toldOfLaterAt + LONGEST_RETRY_MS) return until;
    if (isLater) this.#toldOfLaterAt = now;
    this.#options.report(error);
    return until;
  }

  /** Looks again because a schedule was changed, here or elsewhere. */
  #changed(): void {
    if (!this.isRunning) return;
    if (!this.#options.multiProcess) void this.#look();
    else {
      // A process that changes one schedule is often about to change others: waits, so as not to come in between.
      const soon = this.#options.time.now() + NOTICE_MS;
      this.#alarm.setFor(Math.max(this.#lookedAt + QUIET_MS, soon) + Math.random() * 20);
    }
  }

  #arm(wakeAt: number | undefined): void {
    const { time, multiProcess } = this.#options;
    if (!this.isRunning) return;
    const now = time.now();
    if (multiProcess) {
      this.#alarm.setFor(now + POLL_MS * (1 + Math.random() * 0.1));
      const late = this.#isAhead ? 0 : LET_AHEAD_MS + Math.random() * 30;
      if (wakeAt !== undefined) this.#alarm.setFor(wakeAt + late);
    } else if (wakeAt !== undefined) this.#alarm.setFor(now + recheckAfter(wakeAt - now));
    const { until } = this.#passed;
    if (until !== undefined) this.#alarm.setFor(until);
  }
}

/**
 * Returns how long to sleep before a tick. Timers do not notice a clock that is set forward or a machine that
 * sleeps, so a long wait is checked again after an eighth of it, at least after a minute.
 */
function recheckAfter(waitMs: number): number {
  return Math.min(waitMs, Math.max(60_000, waitMs / 8));
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Shuffles a list, so that processes do not all begin with the same schedule. */
function shuffle<T>(items: T[]): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
}
