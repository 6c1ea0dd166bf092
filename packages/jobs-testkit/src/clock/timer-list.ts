/** Holds one timer of a test clock. */
export interface Timer {
  /** The time it fires at, in milliseconds the clock has run since it was made. */
  readonly dueAt: number;
  /** The number of the timer, in the order in which the clock's timers were set. */
  readonly order: number;
  /** Whether it lets its process end while it is pending. */
  readonly background: boolean;
  /** Whether it bounds a stop. */
  readonly stops: boolean;
  /** The callback. */
  readonly callback: () => void;
}

/** Keeps timers in the order in which they fire: by time, and those of one time as they were set. */
export class TimerList {
  /** The next timer to fire is last, so that removing it moves nothing. */
  readonly #timers: Timer[] = [];

  get size(): number {
    return this.#timers.length;
  }

  /** Returns the timer that fires next. */
  first(): Timer | undefined {
    return this.#timers.at(-1);
  }

  /** Returns the timer that fires next of those that keep their process alive. */
  firstInForeground(): Timer | undefined {
    return this.#timers.findLast((timer) => !timer.background);
  }

  /** Returns the timer that fires next of those that bound a stop. */
  firstOfStops(): Timer | undefined {
    return this.#timers.findLast((timer) => timer.stops);
  }

  /** Removes and returns the timer that fires next, if it does not fire after `time`. */
  takeDue(time: number): Timer | undefined {
    const first = this.first();
    return first !== undefined && first.dueAt <= time ? this.#timers.pop() : undefined;
  }

  add(timer: Timer): void {
    this.#timers.splice(this.#indexOf(timer), 0, timer);
  }

  /** Removes a timer; returns whether it was pending. */
  remove(timer: Timer): boolean {
    const index = this.#indexOf(timer);
    if (this.#timers[index] !== timer) return false;
    this.#timers.splice(index, 1);
    return true;
  }

  /** Finds the position of a timer, or where it belongs. */
  #indexOf(timer: Timer): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#timers[middle];
      if (other !== undefined && firesAfter(other, timer)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function firesAfter(timer: Timer, other: Timer): boolean {
  return timer.dueAt > other.dueAt || (timer.dueAt === other.dueAt && timer.order > other.order);
}
