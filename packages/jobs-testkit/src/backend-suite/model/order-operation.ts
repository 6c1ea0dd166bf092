import type { OrderPolicy } from '@philjs/jobs-core';
import fc from 'fast-check';

/** Describes one step for jobs in an order. `pick` chooses among the jobs to which it can apply. */
export type OrderOperation =
  | {
      readonly type: 'add';
      readonly count: number;
      readonly isLimited: boolean;
      /** Whether limited jobs have several concurrency keys, one after the other. */
      readonly hasUsers: boolean;
      readonly priority: number;
      readonly key: 'a' | 'b' | 'c' | undefined;
      /** When it is to start, in steps of a second from a fixed time. */
      readonly deadline: number | undefined;
    }
  | {
      readonly type: 'end';
      readonly pick: number;
      readonly how: 'complete' | 'fail' | 'retry' | 'snooze' | 'unstarted';
    }
  | { readonly type: 'leave'; readonly pick: number; readonly how: 'cancel' | 'remove' }
  | {
      readonly type: 'change';
      readonly pick: number;
      /** The new priority, or the new key where it stays. */
      readonly to: { readonly priority: number } | { readonly key: 'a' | 'b' | 'c' };
    }
  | {
      /** Adds a job with the deduplication key of another, which has not started yet, in place of that. */
      readonly type: 'replace';
      readonly pick: number;
      readonly priority: number;
      readonly key: 'a' | 'b' | 'c' | undefined;
    }
  | { readonly type: 'clear' }
  | { readonly type: 'limit'; readonly concurrency: number | null; readonly perKey: number | null }
  | { readonly type: 'pause'; readonly isPaused: boolean }
  | { readonly type: 'order'; readonly policy: OrderPolicy };

const pick = fc.nat({ max: 100 });

const usual: fc.WeightedArbitrary<OrderOperation>[] = [
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('add' as const),
      count: fc.integer({ min: 1, max: 4 }),
      isLimited: fc.boolean(),
      hasUsers: fc.boolean(),
      priority: fc.constantFrom(0, 0, 0, 1, -1),
      key: fc.constantFrom('a' as const, 'a' as const, 'b' as const, 'c' as const, undefined),
      deadline: fc.constantFrom(0, 1, 2, undefined),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      pick,
      how: fc.constantFrom(
        ...(['complete', 'complete', 'complete', 'fail', 'retry', 'snooze', 'unstarted'] as const),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('leave' as const),
      pick,
      how: fc.constantFrom('cancel' as const, 'remove' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('change' as const),
      pick,
      to: fc.constantFrom(
        ...[{ priority: 0 }, { priority: 1 }, { priority: -1 }],
        ...[{ key: 'a' as const }, { key: 'b' as const }, { key: 'c' as const }],
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('replace' as const),
      pick,
      priority: fc.constantFrom(0, 0, 1),
      key: fc.constantFrom('a' as const, 'b' as const, undefined),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('limit' as const),
      concurrency: fc.constantFrom(1, 2, null),
      perKey: fc.constantFrom(1, null, null),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('pause' as const),
      isPaused: fc.constantFrom(true, false, false),
    }),
  },
];

const rare: fc.WeightedArbitrary<OrderOperation>[] = [
  { weight: 1, arbitrary: fc.record({ type: fc.constant('clear' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('order' as const),
      policy: fc.constantFrom<OrderPolicy>('fair', 'fair', 'ageing', 'deadline'),
    }),
  },
];

/** Makes sequences of operations. */
export function orderOperations(isVirtual: boolean): fc.Arbitrary<OrderOperation[]> {
  return fc.array(fc.oneof(...usual, ...rare), {
    minLength: 3,
    maxLength: isVirtual ? 60 : 25,
    size: 'max',
  });
}
