import { isJobsError } from '@philjs/jobs-core';

/** How many claims one call holds at most. */
const MOST_TOGETHER = 100;
/** How many calls are under way at most: the next one waits for the lock of the queue while one commits. */
const MOST_UNDER_WAY = 2;

/** A claim that waits for its call. */
interface Waiting<TFire, TAnswer> {
  readonly fire: TFire;
  readonly resolve: (answer: TAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes many claims in one call, and so in one transaction: those that come while others are under way. Each succeeds or is
 * refused by itself. If the server refuses a call of several, each is made alone: one bad claim spoils no other.
 */
export class GatheredFires<TFire, TAnswer> {
  readonly #call: (fires: readonly TFire[]) => Promise<readonly TAnswer[]>;
  readonly #waiting: Waiting<TFire, TAnswer>[] = [];
  #underWay = 0;

  constructor(call: (fires: readonly TFire[]) => Promise<readonly TAnswer[]>) {
    this.#call = call;
  }

  /** Makes a claim, with others if there are any. */
  fire(fire: TFire): Promise<TAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ fire, resolve, reject });
      // After this task, so that those that are made together go together.
      queueMicrotask(() => this.#next());
    });
  }

  #next(): void {
    if (this.#underWay >= MOST_UNDER_WAY || this.#waiting.length === 0) return;
    this.#underWay += 1;
    void this.#send(this.#waiting.splice(0, MOST_TOGETHER)).then(() => {
      this.#underWay -= 1;
      this.#next();
    });
  }

  /** Sends claims. Never rejects. */
  async #send(some: readonly Waiting<TFire, TAnswer>[]): Promise<void> {
    try {
      const answers = await this.#call(some.map(({ fire }) => fire));
      for (const [index, { resolve }] of some.entries()) resolve(answers[index] as TAnswer);
    } catch (error) {
      if (some.length > 1 && !isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE')) {
        for (const one of some) await this.#send([one]);
      } else for (const { reject } of some) reject(error);
    }
  }
}
