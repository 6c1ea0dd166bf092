import { type ExchangeAnswer, KEPT_ANSWERS } from '@philjs/jobs-core/backend';

interface Given {
  readonly sequence: number;
  readonly answer: ExchangeAnswer;
}

/** Holds the last answers of one holder, each in the place of its number. */
interface Holder {
  readonly given: (Given | undefined)[];
  /** When they may be forgotten. */
  until: number;
}

/** Remembers, for the length of a lease, the last answers to each holder. */
export class Answers {
  readonly #holders = new Map<string, Holder>();
  #lastName = '';
  #lastHolder: Holder | undefined;

  /** Finds the answer to a holder's call of this number. */
  find(name: string, sequence: number): ExchangeAnswer | undefined {
    const given = this.#holderOf(name)?.given[sequence % KEPT_ANSWERS];
    return given?.sequence === sequence ? given.answer : undefined;
  }

  /** Remembers an answer. */
  add(name: string, sequence: number, answer: ExchangeAnswer, until: number): void {
    const holder = this.#holderOf(name) ?? this.#make(name, answer.now);
    holder.given[sequence % KEPT_ANSWERS] = { sequence, answer };
    holder.until = until;
  }

  #holderOf(name: string): Holder | undefined {
    if (name === this.#lastName) return this.#lastHolder;
    this.#lastName = name;
    this.#lastHolder = this.#holders.get(name);
    return this.#lastHolder;
  }

  /** Starts the entry of a holder; forgets holders whose entries have expired. */
  #make(name: string, now: number): Holder {
    for (const [other, { until }] of this.#holders) {
      if (until <= now) this.#holders.delete(other);
    }
    const holder: Holder = { given: new Array(KEPT_ANSWERS).fill(undefined), until: 0 };
    this.#holders.set(name, holder);
    this.#lastName = name;
    this.#lastHolder = holder;
    return holder;
  }
}
