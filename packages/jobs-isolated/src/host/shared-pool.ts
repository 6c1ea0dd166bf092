import type { JobContext } from '@philjs/jobs-core';
import { internalsOf } from '@philjs/jobs-core/internal';
import type { CheckedOptions } from '../isolated-options.ts';
import { IsolatePool } from './isolate-pool.ts';

/** Makes the pool of a handler with its first run, and ends it with the last of the queues that used it. */
export class SharedPool {
  readonly #module: string;
  readonly #options: CheckedOptions;
  readonly #queues = new Set<unknown>();
  #pool: IsolatePool | undefined;

  constructor(module: string, options: CheckedOptions) {
    this.#module = module;
    this.#options = options;
  }

  /** Returns the pool for a run of a queue. */
  for({ queue }: JobContext): IsolatePool {
    const internals = internalsOf(queue);
    if (!this.#queues.has(internals)) {
      this.#queues.add(internals);
      internals.whenClosed(() => this.#leave(internals));
    }
    this.#pool ??= new IsolatePool(this.#module, this.#options);
    return this.#pool;
  }

  async #leave(queue: unknown): Promise<void> {
    this.#queues.delete(queue);
    if (this.#queues.size > 0) return;
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.close();
  }
}
