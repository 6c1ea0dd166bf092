import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RateWindows } from './rate-windows.ts';

const take = (windows: RateWindows, now: number, max = 2, per = 100, key = 'k'): number =>
  windows.take({ key, max, per, now }).waitMs;

it('lets a number start in a window, and gives the others their reservations', () => {
  const windows = new RateWindows();
  expect([0, 0, 0, 0, 0].map((now) => take(windows, now))).toEqual([0, 0, 100, 100, 200]);
  expect(take(windows, 150)).toBe(50);
  expect(take(windows, 250)).toBe(50);
});

it('counts every key apart', () => {
  const windows = new RateWindows();
  expect(['a', 'b', 'a', 'a', 'b'].map((key) => take(windows, 0, 2, 100, key))).toEqual([
    0, 0, 0, 100, 0,
  ]);
});

it('never has more slots in any window than allowed, and wastes none', () => {
  const waits = fc.array(fc.nat(80), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(waits, fc.integer({ min: 1, max: 9 }), (steps, max) => {
      const windows = new RateWindows();
      const slots: number[] = [];
      let now = 0;
      for (const step of steps) {
        now += step;
        const at = now + take(windows, now, max, 100);
        const earlier = slots[slots.length - max];
        expect(at).toBe(earlier === undefined ? now : Math.max(now, earlier + 100));
        slots.push(at);
      }
    }),
  );
});

it('keeps to a limit that changes', () => {
  const windows = new RateWindows();
  for (let i = 0; i < 4; i++) take(windows, 0, 4);
  expect(take(windows, 0, 1)).toBe(100);
  expect(take(windows, 0, 1)).toBe(200);
  expect(take(windows, 0, 3)).toBe(100);
});

it('forgets idle keys, and only those, when it is asked for another', () => {
  const windows = new RateWindows();
  for (let i = 0; i < 50; i++) take(windows, 0, 1, 100, `k${i}`);
  take(windows, 0, 1, 100, 'k7');
  expect(windows.size).toBe(50);
  take(windows, 100, 1, 100, 'other');
  expect(windows.size).toBe(2);
  expect(take(windows, 110, 1, 100, 'k7')).toBe(90);
  take(windows, 400, 1, 100, 'another');
  expect(windows.size).toBe(1);
});

it('hands out again the turns that were given back', () => {
  const windows = new RateWindows();
  expect([0, 0, 0, 0, 0].map((now) => take(windows, now, 1))).toEqual([0, 100, 200, 300, 400]);
  windows.giveBack({ key: 'k', at: 200 });
  windows.giveBack({ key: 'k', at: 200 });
  windows.giveBack({ key: 'other', at: 200 });
  expect([take(windows, 50, 1), take(windows, 50, 1)]).toEqual([150, 450]);
  for (const at of [100, 200, 300, 400, 500]) windows.giveBack({ key: 'k', at });
  expect(take(windows, 60, 1)).toBe(40);
});

it('never has more slots in any window than allowed, whatever is given back', () => {
  const steps = fc.array(fc.record({ pass: fc.nat(80), pick: fc.nat(9), gives: fc.boolean() }), {
    minLength: 5,
    maxLength: 200,
  });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 4 }), (each, max) => {
      const windows = new RateWindows();
      const slots: number[] = [];
      let now = 0;
      for (const { pass, pick, gives } of each) {
        now += pass;
        const later = slots.filter((slot) => slot > now);
        const given = gives ? later[pick % Math.max(1, later.length)] : undefined;
        if (given === undefined) slots.push(now + take(windows, now, max, 100));
        else {
          slots.splice(slots.indexOf(given), 1);
          windows.giveBack({ key: 'k', at: given });
        }
        slots.sort((a, b) => a - b);
        for (const [index, first] of slots.entries()) {
          expect((slots[index + max] ?? Number.POSITIVE_INFINITY) - first).toBeGreaterThanOrEqual(
            100,
          );
        }
      }
    }),
  );
});
