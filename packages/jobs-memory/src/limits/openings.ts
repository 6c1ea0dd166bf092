import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';

/** One thing that happens at a time. */
export interface Opening extends Ranked {
  readonly open: (now: number) => void;
}

/** Knows what is shut until when, so that looking for what has opened costs nothing while nothing has. */
export class Openings {
  readonly #list = new OrderedList<Opening>();
  #lastSeq = 0;
  #passedAt = Number.NEGATIVE_INFINITY;

  /** When the next thing opens. */
  get nextAt(): number | undefined {
    return this.#list.first()?.rank;
  }

  /** Has something opened at a time; returns what cancels that. */
  add(at: number, open: Opening['open']): Opening {
    const opening = { rank: at, seq: ++this.#lastSeq, open };
    this.#list.insert(opening);
    return opening;
  }

  /** Forgets an opening that has lost its point. */
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

  /** Has everything looked at again after the clock was set back: it was shut by times that are none now. */
  #openAll(now: number): void {
    for (const opening of this.#list.extract(() => true)) opening.open(now);
  }
}
