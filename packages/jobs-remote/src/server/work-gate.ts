import type { Clock, TimerHandle } from '@philjs/jobs-core';

/** How long a worker that was woken may take to ask, in milliseconds, before another is woken. */
const ACT_WITHIN_MS = 1000;

/** Wakes a worker that waits. */
type Wake = () => void;

/** Says what the answer to a worker that asked for jobs tells of those left. */
interface Answered {
  /** Whether it got any. */
  readonly gotJobs: boolean;
  /** Whether it has a free slot and got no job for it. */
  readonly isHungry: boolean;
  /** Whether it got all it asked for, so that there may be more. */
  readonly hasMore: boolean;
  /** In how many milliseconds the store has more by time. */
  readonly inMs?: number | undefined;
}

/**
 * Wakes the workers of a queue that wait for jobs one at a time, so that any number of them costs the store no more calls
 * than one. One that got all the jobs it asked for leaves more behind, most likely: then it is the next one's turn.
 */
export class WorkGate {
  readonly #clock: Clock;
  /** The workers that got fewer jobs than they asked for, by when they last got one, each with its call that waits, if there is one. */
  readonly #hungry = new Map<string, Wake | undefined>();
  /** The others: they ask again when a job of theirs ends. */
  readonly #busy = new Map<string, Wake | undefined>();
  /** Whether a worker that comes next is woken at once. */
  #isOpen = true;
  #woken: string | undefined;
  #wokenTimer: TimerHandle;
  #nextAt = Number.POSITIVE_INFINITY;
  #nextTimer: TimerHandle;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes that a job may be ready: wakes the worker that has waited longest. */
  ready(): void {
    if (this.#woken !== undefined) this.#isOpen = true;
    else this.#wakeNext();
  }

  /** Lets a worker wait until it is woken: at once if it is not known. Returns a function that ends its wait. */
  wait(holder: string, wake: Wake): () => void {
    const isKnown = this.#busy.has(holder) || this.#hungry.has(holder);
    const waiting = this.#hungry.has(holder) ? this.#hungry : this.#busy;
    waiting.set(holder, wake);
    if (!isKnown) wake();
    else if (waiting === this.#hungry && this.#isOpen && this.#woken === undefined)
      this.#wakeNext();
    return () => {
      for (const map of [this.#hungry, this.#busy]) {
        if (map.get(holder) === wake) map.set(holder, undefined);
      }
    };
  }

  /** Notes the answer that a worker got. */
  answered(holder: string, { gotJobs, isHungry, hasMore, inMs }: Answered): void {
    const wake = this.#hungry.get(holder) ?? this.#busy.get(holder);
    // One that got nothing keeps its place: else one that only gives jobs back could always be ahead of it.
    if (gotJobs || !isHungry) this.#hungry.delete(holder);
    this.#busy.delete(holder);
    (isHungry ? this.#hungry : this.#busy).set(holder, wake);
    if (this.#woken === holder) this.#endTurn();
    const mayBeMore = hasMore || inMs === 0 || this.#isOpen;
    this.#isOpen = false;
    if (mayBeMore && this.#woken === undefined) this.#wakeNext();
    if (inMs !== undefined && inMs > 0) this.#wakeIn(inMs);
  }

  /** Forgets a worker. */
  leave(holder: string): void {
    this.#busy.delete(holder);
    this.#hungry.delete(holder);
    if (this.#woken !== holder) return;
    this.#endTurn();
    this.#wakeNext();
  }

  /** Ends all timers, and wakes all. */
  close(): void {
    this.#endTurn();
    this.#clock.clearTimeout(this.#nextTimer);
    for (const wake of [...this.#hungry.values(), ...this.#busy.values()]) wake?.();
    this.#hungry.clear();
    this.#busy.clear();
  }

  #wakeNext(): void {
    for (const [holder, wake] of this.#hungry) {
      if (wake === undefined) continue;
      this.#isOpen = false;
      this.#hungry.set(holder, undefined);
      this.#woken = holder;
      const giveUp = (): void => {
        this.#endTurn();
        this.#wakeNext();
      };
      this.#wokenTimer = this.#clock.setTimeout(giveUp, ACT_WITHIN_MS, { background: true });
      wake();
      return;
    }
    this.#isOpen = true;
  }

  #endTurn(): void {
    this.#clock.clearTimeout(this.#wokenTimer);
    this.#woken = undefined;
  }

  #wakeIn(ms: number): void {
    const at = this.#clock.now() + ms;
    if (at >= this.#nextAt) return;
    this.#clock.clearTimeout(this.#nextTimer);
    this.#nextAt = at;
    const wake = (): void => {
      this.#nextAt = Number.POSITIVE_INFINITY;
      this.ready();
    };
    this.#nextTimer = this.#clock.setTimeout(wake, ms, { background: true });
  }
}
