import type { ExchangeAnswer } from '@philjs/jobs-core';

interface Given {
  readonly sequence: number;
  readonly answer: ExchangeAnswer;
  /** When it may be forgotten. */
  readonly until: number;
}

/** Remembers, for the length of a lease, the last two answers each holder was given. */
export class Answers {
  readonly #given = new Map<string, Given[]>();

  /** Finds the answer a holder was given to a call of this number. */
  find(holder: string, sequence: number): ExchangeAnswer | undefined {
    return this.#given.get(holder)?.find((given) => given.sequence === sequence)?.answer;
  }

  /** Remembers an answer. */
  add(holder: string, sequence: number, answer: ExchangeAnswer, until: number): void {
    const given = this.#given.get(holder) ?? [];
    if (given.length === 0) {
      this.#forget(answer.now);
      this.#given.set(holder, given);
    } else if (given.length === 2) given.shift();
    given.push({ sequence, answer, until });
  }

  /** Forgets the holders that ended: looked for when another one comes. */
  #forget(now: number): void {
    for (const [holder, given] of this.#given) {
      if (given.every(({ until }) => until <= now)) this.#given.delete(holder);
    }
  }
}
