import fc from 'fast-check';

/** The keys that a job counts by. */
export interface LimitKeys {
  readonly concurrencyKey: string | undefined;
  readonly rateKey: string | undefined;
}

/** Describes one step for jobs with limits. `pick` chooses among the jobs to which it can apply. */
export type LimitOperation =
  | {
      readonly type: 'add';
      readonly count: number;
      readonly priority: number;
      readonly concurrencyKey: string | undefined;
      readonly rateKey: string | undefined;
    }
  | {
      readonly type: 'end';
      readonly pick: number;
      readonly how: 'complete' | 'fail' | 'retry' | 'unstarted';
    }
  | { readonly type: 'leave'; readonly pick: number; readonly how: 'cancel' | 'remove' }
  | {
      readonly type: 'change';
      readonly pick: number;
      /** The new priority, or the new keys. */
      readonly to: { readonly priority: number } | LimitKeys;
    }
  | {
      readonly type: 'limit';
      readonly concurrency: number | null | undefined;
      readonly concurrencyPerKey: number | null | undefined;
      readonly rateMax: number | undefined;
    }
  | { readonly type: 'pause'; readonly isPaused: boolean }
  | { readonly type: 'pass'; readonly part: number };

const pick = fc.nat({ max: 100 });
const limit = (max: number): fc.Arbitrary<number | null | undefined> =>
  fc.constantFrom(...Array.from({ length: max }, (_, index) => index + 1), null, undefined);

const keys = {
  concurrencyKey: fc.constantFrom('a', 'b', undefined),
  rateKey: fc.constantFrom('x', 'y', undefined),
};
const priority = fc.integer({ min: -1, max: 1 });

const untimed: fc.WeightedArbitrary<LimitOperation>[] = [
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('add' as const),
      count: fc.integer({ min: 1, max: 3 }),
      priority,
      ...keys,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      pick,
      how: fc.constantFrom('complete', 'complete', 'fail', 'retry', 'unstarted'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('leave' as const),
      pick,
      how: fc.constantFrom('cancel', 'remove'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('change' as const),
      pick,
      to: fc.oneof(fc.record({ priority }), fc.record(keys)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('limit' as const),
      concurrency: limit(4),
      concurrencyPerKey: limit(2),
      // There always is a rate: the store decides whether starts from a time without one count.
      rateMax: fc.constantFrom(1, 2, 3, 4, 5, undefined),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('pause' as const),
      isPaused: fc.constantFrom(true, false, false),
    }),
  },
];

const timed: fc.WeightedArbitrary<LimitOperation> = {
  weight: 4,
  arbitrary: fc.record({
    type: fc.constant('pass' as const),
    part: fc.constantFrom(0.25, 0.5, 1, 2),
  }),
};

/** Makes sequences of operations; slow ones only where waiting costs nothing. */
export function limitOperations(isVirtual: boolean): fc.Arbitrary<LimitOperation[]> {
  return fc.array(fc.oneof(...untimed, ...(isVirtual ? [timed] : [])), {
    minLength: 3,
    maxLength: isVirtual ? 60 : 20,
    size: 'max',
  });
}
