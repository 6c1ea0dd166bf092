import { InFlight, type Placed } from '@philjs/jobs-core';

/** How late a deadline may be noticed, in milliseconds. */
const RESOLUTION_MS = 50;

/** Describes a time limit for a task. */
export interface Deadline extends Placed {
  readonly at: number;
  readonly expire: () => void;
}

/**
 * Watches many deadlines with one timer: a timer for each command would cost more than the command.
 */
export class Deadlines {
  readonly #pending = new InFlight<Deadline>();
  #timer: NodeJS.Timeout | undefined;

  /** Calls `expire` once the time is up, unless it is deleted before. */
  add(at: number, expire: () => void): Deadline {
    const deadline = { at, expire, place: -1 };
    this.#pending.add(deadline);
    this.#timer ??= setInterval(() => this.#look(), RESOLUTION_MS);
    return deadline;
  }

  /** Forgets a deadline. */
  delete(deadline: Deadline): void {
    this.#pending.delete(deadline);
  }

  #look(): void {
    const now = performance.now();
    for (const deadline of this.#pending.items()) {
      if (deadline.at > now) continue;
      this.#pending.delete(deadline);
      deadline.expire();
    }
    if (this.#pending.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
