/** Counts events and waits for them. */
export interface Tally {
  /** Counts one event. */
  readonly count: () => void;
  /** Reports that no more will happen; the pending wait rejects with the error. */
  readonly fail: (error: unknown) => void;
  /** Resolves when `total` events have happened. One wait at a time. */
  readonly reached: (total: number) => Promise<void>;
}

/** Makes an empty tally. */
export function tally(): Tally {
  let counted = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let failure: { readonly error: unknown } | undefined;
  let waiter: PromiseWithResolvers<void> | undefined;
  return {
    count: () => {
      counted += 1;
      if (counted >= wanted) waiter?.resolve();
    },
    fail: (error) => {
      failure ??= { error };
      waiter?.reject(error);
    },
    reached: async (total) => {
      if (failure !== undefined) throw failure.error;
      if (counted >= total) return;
      wanted = total;
      waiter = Promise.withResolvers();
      await waiter.promise;
    },
  };
}
