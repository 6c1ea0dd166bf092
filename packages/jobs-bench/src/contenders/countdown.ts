/** Waits for a number of things. */
export interface Countdown {
  /** Resolves when all have happened; rejects with what {@link fail} was given. */
  readonly done: Promise<void>;
  /** Says that one of them happened. */
  readonly count: () => void;
  /** Says that they never will. */
  readonly fail: (error: unknown) => void;
}

/** Makes what resolves once `total` things have been counted. */
export function countdown(total: number): Countdown {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Whoever measures looks at it only at the end.
  promise.catch(() => undefined);
  let left = total;
  const count = (): void => {
    left -= 1;
    if (left === 0) resolve();
  };
  return { done: promise, count, fail: reject };
}
