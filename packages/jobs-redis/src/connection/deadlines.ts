import { InFlight, type Placed } from '@philjs/jobs-core/internal';

/** The interval between two looks at the deadlines, in milliseconds. */
const LOOK_EVERY_MS = 50;

/** Describes a time limit for a task. */
export interface Deadline extends Placed {
  readonly at: number;
  readonly expire: () => void;
}

/**
 * Watches many deadlines with one timer: a timer for each command would cost more than the command. A deadline expires
 * at the second look that finds it over: after a block of the process the first look comes before the answers that
 * arrived meanwhile are read.
 */
export class Deadlines {
  readonly #pending = new InFlight<Deadline>();
  #timer: NodeJS.Timeout | undefined;
  #lookedAt = 0;

  /** Calls `expire` once the time is up, within two looks, unless it is deleted before. */
  add(at: number, expire: () => void): Deadline {
    const deadline = { at, expire, place: -1 };
    this.#pending.add(deadline);
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS);
    return deadline;
  }

  /** Forgets a deadline. */
  delete(deadline: Deadline): void {
    this.#pending.delete(deadline);
  }

  #look(): void {
    const before = this.#lookedAt;
    this.#lookedAt = performance.now();
    for (const deadline of this.#pending.items()) {
      if (deadline.at > before) continue;
      this.#pending.delete(deadline);
      deadline.expire();
    }
    if (this.#pending.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
