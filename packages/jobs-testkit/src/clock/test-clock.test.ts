import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTestClock } from './test-clock.ts';

const DAY = 24 * 60 * 60 * 1000;

describe('createTestClock', () => {
  it('starts at the time given, as a Date or a number', () => {
    const at = Date.UTC(2030, 5, 1);
    expect(createTestClock(new Date(at)).now()).toBe(at);
    expect(createTestClock(at).now()).toBe(at);
    expect(createTestClock().now()).toBe(createTestClock().now());
  });

  it('stands still until it is turned', async () => {
    const clock = createTestClock(0);
    let fired = false;
    clock.setTimeout(() => (fired = true), 0);
    await nextTurn();
    expect([clock.now(), fired, clock.pending, clock.nextAt]).toEqual([0, false, 1, 0]);
    await clock.advance(0);
    expect([fired, clock.pending, clock.nextAt]).toEqual([true, 0, undefined]);
  });

  it('fires timers in order of time, each at its own time, and no timer early', async () => {
    const clock = createTestClock(1_000);
    const seen: [string, number][] = [];
    const note = (name: string) => () => seen.push([name, clock.now()]);
    clock.setTimeout(note('late'), 30);
    clock.setTimeout(note('early'), 10);
    clock.setTimeout(note('beyond'), 31);
    await clock.advance(30);
    expect(seen).toEqual([
      ['early', 1_010],
      ['late', 1_030],
    ]);
    expect([clock.now(), clock.nextAt]).toEqual([1_030, 1_031]);
  });

  it('fires timers of one time in the order in which they were set', async () => {
    const clock = createTestClock(0);
    const seen: number[] = [];
    for (let i = 0; i < 100; i++) clock.setTimeout(() => seen.push(i), 5);
    await clock.advance(5);
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('lets promise chains between two timers run to their end before the second fires', async () => {
    const clock = createTestClock(0);
    const seen: string[] = [];
    clock.setTimeout(async () => {
      for (let i = 0; i < 200; i++) await Promise.resolve();
      for (let i = 0; i < 20; i++) await nextTurn();
      await new Promise<void>((resolve) => process.nextTick(resolve));
      seen.push('chain');
    }, 1);
    clock.setTimeout(() => seen.push('second'), 1);
    await clock.advance(1);
    expect(seen).toEqual(['chain', 'second']);
  });

  it('fires timers set on the way in their turn', async () => {
    const clock = createTestClock(0);
    const seen: number[] = [];
    const everyTen = async (): Promise<void> => {
      await Promise.resolve();
      seen.push(clock.now());
      clock.setTimeout(everyTen, 10);
    };
    clock.setTimeout(everyTen, 10);
    await clock.advance(35);
    expect([seen, clock.now()]).toEqual([[10, 20, 30], 35]);
  });

  it('forgets a cleared timer and ignores handles it does not know', async () => {
    const clock = createTestClock(0);
    const seen: string[] = [];
    const handle = clock.setTimeout(() => seen.push('cleared'), 1);
    clock.setTimeout(() => seen.push('kept'), 1);
    for (const unknown of [handle, handle, undefined, 7, {}]) clock.clearTimeout(unknown);
    await clock.advance(1);
    expect(seen).toEqual(['kept']);
  });

  it('takes delays beyond the platform’s limit, and those below zero as zero', async () => {
    const clock = createTestClock(0);
    const seen: string[] = [];
    clock.setTimeout(() => seen.push('long'), 400 * DAY);
    clock.setTimeout(() => seen.push('negative'), -5);
    clock.setTimeout(() => seen.push('never'), Number.POSITIVE_INFINITY);
    await clock.advance(0);
    expect(seen).toEqual(['negative']);
    await clock.advance(400 * DAY);
    expect([seen, clock.pending]).toEqual([['negative', 'long'], 1]);
  });

  it('goes to the next timer, and says when there is none', async () => {
    const clock = createTestClock(0);
    const seen: number[] = [];
    clock.setTimeout(() => seen.push(clock.now()), 7);
    clock.setTimeout(() => seen.push(clock.now()), 7);
    expect(await clock.advanceToNext()).toBe(true);
    expect(seen).toEqual([7, 7]);
    expect(await clock.advanceToNext()).toBe(false);
    expect(clock.now()).toBe(7);
  });

  it('passes by timers that only keep watch, which fire on the way', async () => {
    const clock = createTestClock(0);
    const seen: number[] = [];
    clock.setTimeout(() => seen.push(clock.now()), 3, { background: true });
    clock.setTimeout(() => seen.push(clock.now()), 7);
    clock.setTimeout(() => seen.push(clock.now()), 9, { background: true });
    expect([clock.pending, clock.nextAt]).toEqual([3, 3]);
    expect(await clock.advanceToNext()).toBe(true);
    expect(seen).toEqual([3, 7]);
    expect(await clock.advanceToNext()).toBe(false);
    expect([clock.now(), clock.pending]).toEqual([7, 1]);
  });

  it('set forward: fires what is due, in order, at the new time', async () => {
    const clock = createTestClock(0);
    const seen: [string, number][] = [];
    clock.setTimeout(() => seen.push(['b', clock.now()]), 20);
    clock.setTimeout(() => seen.push(['a', clock.now()]), 10);
    clock.setTimeout(() => seen.push(['c', clock.now()]), 200);
    await clock.set(100);
    expect(seen).toEqual([
      ['a', 100],
      ['b', 100],
    ]);
    expect(clock.nextAt).toBe(200);
  });

  it('set backward: fires nothing, and timers keep the time they had left', async () => {
    const clock = createTestClock(10_000);
    const seen: number[] = [];
    clock.setTimeout(() => seen.push(clock.now()), 50);
    await clock.set(new Date(4_000));
    expect([clock.now(), seen, clock.nextAt]).toEqual([4_000, [], 4_050]);
    await clock.advance(50);
    expect(seen).toEqual([4_050]);
  });

  it('lets calls wait for each other, also those a timer makes', async () => {
    const clock = createTestClock(0);
    const seen: string[] = [];
    clock.setTimeout(() => void clock.advance(5).then(() => seen.push(`inner ${clock.now()}`)), 5);
    const outer = clock.advance(10).then(() => seen.push(`outer ${clock.now()}`));
    await Promise.all([outer, clock.advance(5)]);
    await clock.settle();
    expect(seen).toEqual(['outer 10', 'inner 20']);
  });

  it('rejects with what a callback throws, and goes on from there', async () => {
    const clock = createTestClock(0);
    let fired = false;
    clock.setTimeout(() => {
      throw new TypeError('broken');
    }, 5);
    clock.setTimeout(() => (fired = true), 6);
    await expect(clock.advance(10)).rejects.toBeInstanceOf(TypeError);
    expect([clock.now(), fired]).toEqual([5, false]);
    await clock.advance(1);
    expect(fired).toBe(true);
  });

  it('refuses times that are none, and timers that never end', async () => {
    const clock = createTestClock(0);
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(clock.advance(ms)).rejects.toBeInstanceOf(RangeError);
    }
    await expect(clock.set(new Date(Number.NaN))).rejects.toBeInstanceOf(RangeError);
    expect(() => createTestClock(Number.NaN)).toThrow(RangeError);
    const again = (): void => void clock.setTimeout(again, 0);
    again();
    await expect(clock.advance(1)).rejects.toBeInstanceOf(RangeError);
  });

  it('fires 10,000 timers over thirty days in far less than a second', async () => {
    const clock = createTestClock();
    let fired = 0;
    for (let i = 1; i <= 10_000; i++) {
      clock.setTimeout(
        async () => {
          await Promise.resolve();
          fired += 1;
        },
        (i * 30 * DAY) / 10_000,
      );
    }
    // Processor time, since other processes take the rest of a loaded machine.
    const before = process.cpuUsage();
    await clock.advance(30 * DAY);
    expect(fired).toBe(10_000);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(2_000);
  });
});
