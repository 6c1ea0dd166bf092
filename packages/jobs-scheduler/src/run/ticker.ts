import {
  type Clock,
  isJobsError,
  type ScheduleRecord,
  type ScheduleStore,
  type Subscription,
} from '@philjs/jobs-core';
import { eachOf } from '../async/each-of.ts';
import { readSchedule, type StoredSchedule } from '../spec/stored-schedule.ts';
import { Alarm } from './alarm.ts';
import type { StepResult } from './stepper.ts';

/** How many due schedules are read at once. */
const BATCH = 200;
/** How many of them are worked on at once: many, so that they wait for the store together and not one behind the other. */
const AT_ONCE = 128;
/** How often to look where another process may change schedules without this one being told. */
const POLL_MS = 5_000;
/** How soon after one look another one may follow because of what other processes do. */
const QUIET_MS = 250;
/** How soon at the earliest to look after another process changed something. */
const NOTICE_MS = 30;
/** How long to leave what is due to the process that came first before. */
const LET_AHEAD_MS = 10;
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** How many schedules are left alone for a while at most. */
const MOST_HELD = 1_000;
/** Failures of the store, not of one schedule. */
const STORE_FAILURES = ['JOBS_BACKEND_UNAVAILABLE', 'JOBS_QUEUE_CLOSED'] as const;

/** What a ticker works with. */
export interface TickerOptions {
  readonly store: ScheduleStore;
  readonly clock: Clock;
  /** Whether other processes may use the store. */
  readonly multiProcess: boolean;
  /** Resolves once the store may be used. */
  readonly ready: () => Promise<unknown>;
  readonly step: (schedule: StoredSchedule, liveSince: number) => Promise<StepResult>;
  readonly report: (error: unknown) => void;
}

/** One look at what is due. */
interface Pass {
  /** Why it cannot go on: the store is away. */
  failure?: unknown;
}

/** Why a schedule is left alone for a while. */
interface Hold {
  readonly until: number;
  /** How long the next wait is, when this one was for a failure. */
  readonly nextWaitMs: number;
}

/**
 * Looks for due schedules with one timer, set to the earliest tick. Processes that share a store
 * need no leader: whoever comes first claims a tick. The one that did so last comes on time, the
 * others some hundredths of a second later, so that they do not all ask at once, nor for the same.
 */
export class Ticker {
  readonly #options: TickerOptions;
  readonly #held = new Map<string, Hold>();
  #liveSince: number | undefined;
  readonly #alarm: Alarm;
  #watching: Subscription | undefined;
  #looking: Promise<void> | undefined;
  #isStale = false;
  #isAhead = true;
  #lookedAt = 0;
  #expectedAt: number = Number.POSITIVE_INFINITY;
  #failures = 0;

  constructor(options: TickerOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock, () => void this.look());
  }

  /** Whether it was started and not stopped. */
  get isRunning(): boolean {
    return this.#liveSince !== undefined;
  }

  /** Since when this process can be expected to have fired what was due. */
  get liveSince(): number {
    return this.#liveSince ?? this.#options.clock.now();
  }

  /** Starts looking; resolves after the first look, whatever came of it. */
  async start(): Promise<void> {
    if (!this.isRunning) this.#liveSince = this.#options.clock.now();
    await this.look();
  }

  /** Ends looking, once the step under way is done. */
  async stop(): Promise<void> {
    this.#liveSince = undefined;
    this.#alarm.clear();
    await this.#looking;
    // It was started again meanwhile.
    if (this.isRunning) return;
    const watching = this.#watching;
    this.#watching = undefined;
    await watching?.unsubscribe();
  }

  /** Looks for due schedules now, and sets the timer anew. Never rejects. */
  look(): Promise<void> {
    this.#isStale = true;
    this.#looking ??= this.#lookUntilFresh();
    return this.#looking;
  }

  async #lookUntilFresh(): Promise<void> {
    // In its own turn, so that changes made together are looked at together.
    await Promise.resolve();
    this.#alarm.clear();
    let wakeAt: number | undefined;
    while (this.#isStale && this.isRunning) {
      this.#isStale = false;
      wakeAt = await this.#tryPass();
      if (wakeAt === undefined || wakeAt > this.#options.clock.now()) continue;
      // More is due already: let others have their turn first.
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
      return wakeAt;
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Reports that the store failed, and says when to try again. */
  #fail(error: unknown): number | undefined {
    if (isJobsError(error, 'JOBS_QUEUE_CLOSED')) {
      this.#liveSince = undefined;
      return undefined;
    }
    if (this.isRunning) this.#options.report(error);
    const wait = Math.min(RETRY_MS * 2 ** this.#failures, POLL_MS);
    this.#failures += 1;
    return this.#options.clock.now() + wait;
  }

  /** Takes every due schedule one step; answers when something is due again. */
  async #pass(): Promise<number | undefined> {
    const { store, clock, multiProcess } = this.#options;
    const now = clock.now();
    this.#lookedAt = now;
    // A clock that was set back makes nothing of what follows missed.
    if (this.#liveSince !== undefined) this.#liveSince = Math.min(this.#liveSince, now);
    const { schedules, nextAt } = await store.due({ now, limit: BATCH });
    const ready = schedules.filter(({ id }) => (this.#held.get(id)?.until ?? 0) <= now);
    if (multiProcess) shuffle(ready);
    const pass: Pass = {};
    const times = await eachOf(ready, AT_ONCE, (record) => this.#step(record, pass));
    if (pass.failure !== undefined) throw pass.failure;
    const holds = schedules.filter((record) => !ready.includes(record));
    const held = holds.map(({ id }) => this.#held.get(id)?.until ?? now);
    if (ready.length > 0 && schedules.length === BATCH) this.#isStale = true;
    // What was due by now, another process has fired.
    if (ready.length === 0 && now >= this.#expectedAt) this.#isAhead = false;
    const wakeAt = earliest([nextAt, ...times, ...held]);
    this.#expectedAt = wakeAt ?? Number.POSITIVE_INFINITY;
    return wakeAt;
  }

  /** Takes one schedule a step; answers when to look at it again. */
  async #step(record: ScheduleRecord, pass: Pass): Promise<number | undefined> {
    const { id } = record;
    if (!this.isRunning || pass.failure !== undefined) return undefined;
    const hold = this.#held.get(id);
    try {
      const result = await this.#options.step(readSchedule(record), this.liveSince);
      this.#held.delete(id);
      this.#isAhead = result.type !== 'lost';
      if (result.type === 'done') return result.nextAt;
      if (result.type === 'lost') this.#isStale = true;
      else this.#held.set(id, { until: result.until, nextWaitMs: RETRY_MS });
      return result.type === 'hold' ? result.until : undefined;
    } catch (error) {
      if (STORE_FAILURES.some((code) => isJobsError(error, code))) {
        pass.failure ??= error;
        return undefined;
      }
      if (this.#held.size >= MOST_HELD) this.#held.clear();
      const wait = hold?.nextWaitMs ?? RETRY_MS;
      const until = this.#options.clock.now() + wait;
      this.#held.set(id, { until, nextWaitMs: Math.min(wait * 2, LONGEST_RETRY_MS) });
      this.#options.report(error);
      return until;
    }
  }

  /** Looks again because a schedule was changed, here or elsewhere. */
  #changed(): void {
    if (!this.isRunning) return;
    if (!this.#options.multiProcess) void this.look();
    else {
      // Whoever changes one schedule is about to change others: let it, rather than come between.
      const soon = this.#options.clock.now() + NOTICE_MS;
      this.#alarm.setFor(Math.max(this.#lookedAt + QUIET_MS, soon) + Math.random() * 20);
    }
  }

  #arm(wakeAt: number | undefined): void {
    const { clock, multiProcess } = this.#options;
    if (!this.isRunning) return;
    const now = clock.now();
    if (multiProcess) {
      this.#alarm.setFor(now + POLL_MS * (1 + Math.random() * 0.1));
      const late = this.#isAhead ? 0 : LET_AHEAD_MS + Math.random() * 30;
      if (wakeAt !== undefined) this.#alarm.setFor(wakeAt + late);
    } else if (wakeAt !== undefined) this.#alarm.setFor(now + recheckAfter(wakeAt - now));
  }
}

/**
 * How long to sleep before a tick. Timers run on while somebody sets the clock forward or the
 * machine sleeps, so a long wait is looked at anew after an eighth of it, at least after a minute.
 */
function recheckAfter(waitMs: number): number {
  return Math.min(waitMs, Math.max(60_000, waitMs / 8));
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Puts a list in any order, so that processes do not all begin with the same schedule. */
function shuffle<T>(items: T[]): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
}
