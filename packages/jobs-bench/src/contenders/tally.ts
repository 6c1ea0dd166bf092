/** Counts things and waits for them. */
export interface Tally {
  /** Says that one of them happened. */
  readonly count: () => void;
  /** Says that no more will; those who wait are told why. */
  readonly fail: (error: unknown) => void;
  /** Resolves when so many have happened in all. One wait at a time. */
  readonly reached: (total: number) => Promise<void>;
}

/** Makes a tally of nothing yet. */
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
