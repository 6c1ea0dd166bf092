import { KEPT_ANSWERS } from './kept-answers.ts';

/**
 * Numbers the exchanges of one holder from 1. There is room for a number `n` only when all up to
 * `n - KEPT_ANSWERS` are answered: the store may forget those answers once it gets `n`.
 */
export class SequenceWindow {
  #last = 0;
  #oldest = 1;
  /** Which numbers from the oldest unanswered one on are answered: the lowest bit is that number's own. */
  #answered = 0;

  /** Whether another number may be given. */
  get hasRoom(): boolean {
    return this.#last - this.#oldest + 1 < KEPT_ANSWERS;
  }

  /** Returns the next number. Without room it is for a call after which none is repeated. */
  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** Takes note that a number is answered, or will never be used again. */
  answered(sequence: number): void {
    this.#answered |= 1 << (sequence - this.#oldest);
    while ((this.#answered & 1) === 1) {
      this.#answered >>>= 1;
      this.#oldest += 1;
    }
  }
}
