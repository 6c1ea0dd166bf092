import type { PostgresStore } from '../store/postgres-store.ts';

/** How long after a job ends retention runs, in milliseconds: many ends then cost one run. */
const AFTER_MS = 200;
/** How long after it failed it runs again, in milliseconds. */
const AGAIN_MS = 5_000;
/** The number of changes after which the rows of `counts` are summed up. */
const SUM_EVERY = 200;

/** Names the states a job ends in. */
export type FinishedState = 'completed' | 'failed' | 'cancelled';

/**
 * Applies retention to the finished jobs of a queue, separately from the calls that finish them: the limits of the
 * job that ended last hold for all jobs of its state and name. Sums up the counts now and then.
 */
export class Retainer {
  readonly #store: PostgresStore;
  readonly #onError: (error: unknown) => void;
  readonly #wanted = new Set<FinishedState>();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #changes = 0;
  #drained = false;
  #ended = false;

  constructor(store: PostgresStore, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Notes a change, and the state in which jobs ended by it. */
  changed(...states: readonly FinishedState[]): void {
    this.#changes += 1;
    for (const state of states) this.#wanted.add(state);
    this.#arm();
  }

  /** Checks soon whether the queue has drained, and sends the event if so. */
  drained(): void {
    if (this.#drained || this.#ended) return;
    this.#drained = true;
    setImmediate(() => {
      this.#drained = false;
      if (this.#ended) return;
      this.#store.value('tell_drained', []).catch((error) => {
        if (!this.#ended) this.#onError(error);
      });
    });
  }

  /** Finishes the remaining work, unless it must stop at once. */
  async end({ atOnce }: { readonly atOnce: boolean }): Promise<void> {
    const isDue = this.#timer !== undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#ended = true;
    if (atOnce) return;
    await this.#working;
    if (isDue) await this.#work();
  }

  #arm(afterMs = AFTER_MS): void {
    if (this.#timer !== undefined || this.#ended) return;
    if (this.#wanted.size === 0 && this.#changes < SUM_EVERY) return;
    this.#timer = setTimeout(() => {
      this.#working = this.#work().then((hasFailed) => {
        this.#working = undefined;
        this.#timer = undefined;
        this.#arm(hasFailed ? AGAIN_MS : AFTER_MS);
      });
    }, afterMs);
    // If the process ends before, the next process that finishes a job runs retention.
    this.#timer.unref();
  }

  /** Returns whether it failed; what is left is then still wanted. */
  async #work(): Promise<boolean> {
    const states = [...this.#wanted];
    try {
      if (this.#changes >= SUM_EVERY) {
        this.#changes = 0;
        await this.#store.value('sum_counts', []);
      }
      for (const state of states) {
        // Before the call: a job that ends during it is not seen by it.
        this.#wanted.delete(state);
        const isMore = await this.#store.value('retain', [state]).catch((error) => {
          this.#wanted.add(state);
          throw error;
        });
        if (isMore === true) this.#wanted.add(state);
      }
      return false;
    } catch (error) {
      if (!this.#ended) this.#onError(error);
      return true;
    }
  }
}
