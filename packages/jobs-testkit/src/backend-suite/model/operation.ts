import fc from 'fast-check';

/** Describes one step. `pick` chooses among the existing jobs; `on` among the processes. */
export type Operation =
  | { readonly type: 'add'; readonly priority: number; readonly isDelayed: boolean }
  | { readonly type: 'add-again'; readonly pick: number }
  | { readonly type: 'end'; readonly pick: number; readonly how: Ending }
  | { readonly type: 'cancel'; readonly pick: number }
  | { readonly type: 'remove'; readonly pick: number }
  | { readonly type: 'retry'; readonly pick: number }
  | { readonly type: 'promote'; readonly pick: number }
  | { readonly type: 'update'; readonly pick: number; readonly to: Update }
  | { readonly type: 'pause'; readonly paused: boolean }
  | { readonly type: 'stop'; readonly on: number }
  | { readonly type: 'crash'; readonly on: number }
  | { readonly type: 'pass'; readonly howLong: 'moment' | 'delay' | 'lease' };

/** The end of a run; `cancel` if a cancellation was requested. */
export type Ending = 'complete' | 'fail' | 'cancel' | 'retry-now' | 'retry-later' | 'snooze-later';

/** Sets the priority of a stored job, or when it may start. */
export type Update = { readonly priority: number } | { readonly runAt: 'now' | 'later' };

const pick = fc.nat({ max: 1_000 });
const on = fc.nat({ max: 1 });

const untimed = [
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('add' as const),
      priority: fc.integer({ min: -1, max: 1 }),
      isDelayed: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('add-again' as const), pick }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      pick,
      how: fc.constantFrom<Ending[]>(
        'complete',
        'fail',
        'retry-now',
        'retry-later',
        'snooze-later',
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('cancel' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('retry' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('promote' as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('update' as const),
      pick,
      to: fc.oneof(
        fc.record({ priority: fc.integer({ min: -1, max: 1 }) }),
        fc.record({ runAt: fc.constantFrom('now' as const, 'later' as const) }),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('pause' as const), paused: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('stop' as const), on }) },
];

const timed = [
  { weight: 2, arbitrary: fc.record({ type: fc.constant('crash' as const), on }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('pass' as const),
      howLong: fc.constantFrom('moment' as const, 'delay' as const, 'lease' as const),
    }),
  },
];

/** Makes sequences of operations; slow ones only where waiting costs nothing. */
export function operations(isVirtual: boolean): fc.Arbitrary<Operation[]> {
  const all = isVirtual ? [...untimed, ...timed] : untimed;
  return fc.array(fc.oneof(...all) as fc.Arbitrary<Operation>, {
    minLength: 1,
    maxLength: isVirtual ? 60 : 25,
    size: 'max',
  });
}
