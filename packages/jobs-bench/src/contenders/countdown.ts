/** Waits for a number of events. */
export interface Countdown {
  /** Resolves when all have happened; rejects with the error passed to {@link fail}. */
  readonly done: Promise<void>;
  /** Counts one event. */
  readonly count: () => void;
  /** Reports that the rest will never happen. */
  readonly fail: (error: unknown) => void;
}

/** Makes a countdown that resolves once `total` events have been counted. */
export function countdown(total: number): Countdown {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // The benchmark awaits the promise only at the end; this prevents an unhandled rejection before.
  promise.catch(() => undefined);
  let left = total;
  const count = (): void => {
    left -= 1;
    if (left === 0) resolve();
  };
  return { done: promise, count, fail: reject };
}
