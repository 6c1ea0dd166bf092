/** At most how many items go to the server at once. */
const MOST = 1000;

interface Call<TItem, TAnswer> {
  readonly items: readonly TItem[];
  readonly resolve: (answers: readonly TAnswer[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends the calls made in one turn of the event loop together: a thousand calls at once are one script. A single call
 * is sent at the end of the turn in which it was made. The items of a call stay together.
 */
export class CallBatch<TItem, TAnswer> {
  readonly #send: (items: readonly TItem[]) => Promise<readonly TAnswer[]>;
  readonly #isRefusal: (error: unknown) => boolean;
  #calls: Call<TItem, TAnswer>[] = [];

  /**
   * @param send returns an answer for each item, in their order
   * @param isRefusal returns whether an error means that one call was refused and nothing was done: the other calls
   * are then sent without it
   */
  constructor(
    send: (items: readonly TItem[]) => Promise<readonly TAnswer[]>,
    isRefusal: (error: unknown) => boolean = () => false,
  ) {
    this.#send = send;
    this.#isRefusal = isRefusal;
  }

  /** Sends items, in the order of the calls; returns an answer for each. */
  add(items: readonly TItem[]): Promise<readonly TAnswer[]> {
    return new Promise((resolve, reject) => {
      if (this.#calls.length === 0) process.nextTick(() => this.#sendAll());
      this.#calls.push({ items, resolve, reject });
    });
  }

  #sendAll(): void {
    const calls = this.#calls;
    this.#calls = [];
    let together: Call<TItem, TAnswer>[] = [];
    let size = 0;
    for (const call of calls) {
      if (size + call.items.length > MOST) {
        void this.#sendTogether(together);
        together = [];
        size = 0;
      }
      together.push(call);
      size += call.items.length;
    }
    void this.#sendTogether(together);
  }

  async #sendTogether(calls: readonly Call<TItem, TAnswer>[]): Promise<void> {
    if (calls.length === 0) return;
    try {
      const answers = await this.#send(calls.flatMap(({ items }) => items));
      let from = 0;
      for (const { items, resolve } of calls) {
        resolve(answers.slice(from, from + items.length));
        from += items.length;
      }
    } catch (error) {
      if (calls.length > 1 && this.#isRefusal(error)) {
        for (const call of calls) await this.#sendTogether([call]);
        return;
      }
      for (const { reject } of calls) reject(error);
    }
  }
}
