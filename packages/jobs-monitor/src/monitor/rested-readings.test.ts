import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { expect, test } from 'vitest';
import { RestedReadings } from './rested-readings.ts';

interface Slow {
  readonly clock: TestClock;
  readonly readings: RestedReadings<string>;
  readonly read: (key: string, leastMs?: number) => Promise<string>;
  /** Returns how often it was read. */
  readonly count: () => number;
}

/** Reads what takes some time, or fails. */
function slow(ms: number, fails = false): Slow {
  const clock = createTestClock();
  const readings = new RestedReadings<string>(clock, 10);
  let reads = 0;
  const readSlowly = async (key: string): Promise<string> => {
    reads += 1;
    await new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
    if (fails) throw new Error('away');
    return key;
  };
  const read = (key: string, leastMs?: number): Promise<string> =>
    leastMs === undefined
      ? readings.read(key, () => readSlowly(key))
      : readings.read(
          key,
          () => readSlowly(key),
          () => (leastMs < 0 ? undefined : leastMs),
        );
  return { clock, readings, read, count: () => reads };
}

test('a reading is shared while it is under way, and used for nineteen times as long as it took', async () => {
  const { clock, read, count } = slow(100);
  const all = [read('a'), read('a')];
  await clock.advance(100);
  expect(await Promise.all(all)).toEqual(['a', 'a']);
  await clock.advance(1899);
  await read('a');
  expect(count()).toBe(1);
  await clock.advance(1);
  void read('a');
  expect(count()).toBe(2);
});

test('a reading is used as long as it is to be at least, and not when it must not be', async () => {
  const { clock, read, count } = slow(100);
  void read('a', 5000);
  await clock.advance(5099);
  void read('a', 5000);
  expect(count()).toBe(1);
  void read('a', -1);
  expect(count()).toBe(2);
});

test('after a change the next page reads again, also while a reading is under way', async () => {
  const { clock, readings, read, count } = slow(100);
  const first = read('a');
  readings.forget();
  const second = read('a');
  await clock.advance(100);
  await Promise.all([first, second]);
  expect(count()).toBe(2);
  readings.forget('a');
  void read('a');
  expect(count()).toBe(3);
});

test('a reading that failed is not used again', async () => {
  const { clock, read, count } = slow(100, true);
  for (let call = 0; call < 2; call += 1) {
    const failed = expect(read('a')).rejects.toThrow('away');
    await clock.advance(100);
    await failed;
  }
  expect(count()).toBe(2);
});

test('the latest ones are kept', async () => {
  const { clock, read, count } = slow(100);
  const all = Array.from({ length: 11 }, (_, id) => read(`w-${id}`));
  await clock.advance(100);
  await Promise.all(all);
  void read('w-10');
  expect(count()).toBe(11);
  void read('w-0');
  expect(count()).toBe(12);
});
