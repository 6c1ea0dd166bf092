import type { ExchangeAnswer } from '@philjs/jobs-core/backend';

interface Given {
  readonly sequence: number;
  readonly answer: ExchangeAnswer;
  /** When it may be forgotten. */
  readonly until: number;
}

/** Holds the answers of one holder: the last one and the one before. */
interface Holder {
  last: Given | undefined;
  before: Given | undefined;
}

/** Remembers, for the length of a lease, the last two answers to each holder. */
export class Answers {
  readonly #holders = new Map<string, Holder>();
  #lastName = '';
  #lastHolder: Holder | undefined;

  /** Finds the answer to a holder's call of this number. */
  find(name: string, sequence: number): ExchangeAnswer | undefined {
    const holder = this.#holderOf(name);
    if (holder?.last?.sequence === sequence) return holder.last.answer;
    return holder?.before?.sequence === sequence ? holder.before.answer : undefined;
  }

  /** Remembers an answer. */
  add(name: string, sequence: number, answer: ExchangeAnswer, until: number): void {
    const holder = this.#holderOf(name) ?? this.#make(name, answer.now);
    holder.before = holder.last;
    holder.last = { sequence, answer, until };
  }

  #holderOf(name: string): Holder | undefined {
    if (name === this.#lastName) return this.#lastHolder;
    this.#lastName = name;
    this.#lastHolder = this.#holders.get(name);
    return this.#lastHolder;
  }

  /** Starts the entry of a holder; forgets holders whose entries have expired. */
  #make(name: string, now: number): Holder {
    for (const [other, { last }] of this.#holders) {
      if (last !== undefined && last.until <= now) this.#holders.delete(other);
    }
    const holder: Holder = { last: undefined, before: undefined };
    this.#holders.set(name, holder);
    this.#lastName = name;
    this.#lastHolder = holder;
    return holder;
  }
}
