import fc from 'fast-check';
import type { Limits } from './call-log.ts';

/** One step. `pick` chooses among the calls there are; `on` among the processes. */
export type Operation =
  | {
      readonly type: 'add';
      readonly count: number;
      readonly tenant: string;
      readonly priority: number;
      readonly lateMs: number;
      readonly lastsMs: number;
      readonly isDelayed: boolean;
    }
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'pause' | 'pause-name'; readonly isPaused: boolean }
  | { readonly type: 'limit'; readonly limits: Limits }
  | { readonly type: 'cancel'; readonly pick: number }
  | { readonly type: 'clear' }
  | { readonly type: 'kill' | 'restart'; readonly on: number };

/** Makes limits. */
export const limits: fc.Arbitrary<Limits> = fc.record({
  rateMax: fc.integer({ min: 1, max: 4 }),
  concurrency: fc.integer({ min: 1, max: 5 }),
  perKey: fc.integer({ min: 1, max: 3 }),
});

const on = fc.nat({ max: 1 });

const kinds: fc.WeightedArbitrary<Operation>[] = [
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('add' as const),
      count: fc.integer({ min: 1, max: 4 }),
      tenant: fc.constantFrom('a', 'b', 'c'),
      priority: fc.integer({ min: -1, max: 1 }),
      lateMs: fc.constantFrom(0, 0, 0, 30, 50, 51, 200),
      lastsMs: fc.constantFrom(0, 0, 10, 300, 1500),
      isDelayed: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 10, 49, 50, 100, 300, 950, 1000, 2500),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('pause' as const, 'pause-name' as const),
      isPaused: fc.constantFrom(true, false, false),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('limit' as const), limits }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('cancel' as const), pick: fc.nat({ max: 100 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('clear' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('kill' as const, 'restart' as const), on }),
  },
];

/** Makes sequences of operations. */
export const operations: fc.Arbitrary<Operation[]> = fc.array(fc.oneof(...kinds), {
  minLength: 5,
  maxLength: 60,
  size: 'max',
});
