import type { Clock } from '@philjs/jobs-core';
import type { Capabilities } from '@philjs/jobs-core/backend';
import { RealTime } from './real-time.ts';
import { VirtualTime } from './virtual-time.ts';

/** Returns whether the condition a test is waiting for holds. */
export type Condition = () => boolean | Promise<boolean>;

/**
 * Lets a test wait, on virtual time or on real time, with durations that suit both: on virtual time an hour costs
 * nothing, on real time everything is as short as the engine's resolution allows.
 */
export interface TrialTime {
  /** The clock of the test's backends and queues. */
  readonly clock: Clock;
  /** Whether the clock is virtual. */
  readonly isVirtual: boolean;
  /** A delay long enough to tell early from on time. */
  readonly delayMs: number;
  /** How long leases last that a test waits for to run out. */
  readonly lockMs: number;
  /** How long all others last: none runs out, though the process of the test stands still. */
  readonly keptLockMs: number;
  /** How late due work may start. */
  readonly latenessMs: number;
  /** How late due work starts at most, also where the store is slow: what is later than that fails a test. */
  readonly mostLateMs: number;
  /** How much two readings of the time may differ. */
  readonly precisionMs: number;
  /** Returns the time. */
  now(): number;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  /** Sets the clock forward without running through the time between; waits for it where time is real. */
  jump(ms: number): Promise<void>;
  /** Blocks the process for the given time: timers that were due meanwhile are late. */
  block(ms: number): Promise<void>;
  /** Waits without advancing the clock, as handlers do. */
  sleep(ms: number): Promise<void>;
  /** Lets work under way finish; the clock stands still if it is virtual. */
  settle(): Promise<void>;
  /** Waits until a condition holds; fails, saying `what`, when it does not within `withinMs`. */
  until(what: string, condition: Condition, withinMs?: number): Promise<void>;
  /** Waits for a promise while time passes; fails, saying `what`, when that takes longer than `withinMs`. */
  finish<T>(what: string, promise: Promise<T>, withinMs?: number): Promise<T>;
}

/** Makes the time of one test, which others may run beside. */
export function createTrialTime(capabilities: Capabilities, concurrent = false): TrialTime {
  const { virtualTime, timeResolutionMs } = capabilities;
  return virtualTime
    ? new VirtualTime(timeResolutionMs)
    : new RealTime(timeResolutionMs, concurrent ? 'shared' : 'own');
}
