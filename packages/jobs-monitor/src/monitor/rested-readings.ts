import type { Clock } from '@philjs/jobs-core';

/** How long a reading is used, as a multiple of the time it took: at most a twentieth of the time is spent reading. */
const REST = 19;

interface Kept<T> {
  readonly reading: Promise<T>;
  /** Is absent while the reading is under way. */
  done?: { readonly value: T; readonly at: number; readonly tookMs: number };
}

/** Keeps the latest readings of what takes long to read; calls for the same at the same time share one. */
export class RestedReadings<T> {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #kept = new Map<string, Kept<T>>();

  /** Keeps nothing at first, and later the latest `most`. */
  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /**
   * Returns a reading of the last moments, or reads. `leastMs` says how long a reading is used in any case, in
   * milliseconds; it is `undefined` for one that must not be used any more.
   */
  read(
    key: string,
    read: () => Promise<T>,
    leastMs: (value: T) => number | undefined = () => 0,
  ): Promise<T> {
    const known = this.#kept.get(key);
    if (known !== undefined && this.#isGood(known, leastMs)) return known.reading;
    const startedAt = this.#clock.now();
    const kept: Kept<T> = { reading: read() };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest);
    kept.reading.then(
      (value) => {
        const at = this.#clock.now();
        kept.done = { value, at, tookMs: at - startedAt };
      },
      () => {
        if (this.#kept.get(key) === kept) this.#kept.delete(key);
      },
    );
    return kept.reading;
  }

  /** Forgets one reading, or all, after jobs were changed. */
  forget(key?: string): void {
    if (key === undefined) this.#kept.clear();
    else this.#kept.delete(key);
  }

  #isGood({ done }: Kept<T>, leastMs: (value: T) => number | undefined): boolean {
    if (done === undefined) return true;
    const least = leastMs(done.value);
    return least !== undefined && this.#clock.now() < done.at + Math.max(least, REST * done.tookMs);
  }
}
