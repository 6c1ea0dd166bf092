import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';

/** Describes one event that happens at a time. */
export interface Opening extends Ranked {
  readonly open: (now: number) => void;
}

/** Keeps what is shut, sorted by when it opens, so that a check costs nothing while nothing has opened. */
export class Openings {
  readonly #list = new OrderedList<Opening>();
  #lastSeq = 0;
  #passedAt = Number.NEGATIVE_INFINITY;

  /** When the next thing opens. */
  get nextAt(): number | undefined {
    return this.#list.first()?.rank;
  }

  /** Registers an opening at a time; returns a function that cancels it. */
  add(at: number, open: Opening['open']): Opening {
    const opening = { rank: at, seq: ++this.#lastSeq, open };
    this.#list.insert(opening);
    return opening;
  }

  /** Forgets an opening that is no longer needed. */
  cancel(opening: Opening): void {
    this.#list.delete(opening);
  }

  /** Opens all whose time has come. */
  pass(now: number): void {
    if (now < this.#passedAt) this.#openAll(now);
    this.#passedAt = now;
    for (let next = this.#list.first(); next && next.rank <= now; next = this.#list.first()) {
      this.#list.shift();
      next.open(now);
    }
  }

  /** Opens everything for a new check after the clock was set back: the times it was shut until are no longer valid. */
  #openAll(now: number): void {
    for (const opening of this.#list.extract(() => true)) opening.open(now);
  }
}
