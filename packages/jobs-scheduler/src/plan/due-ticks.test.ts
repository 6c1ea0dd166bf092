import { describe, expect, it } from 'vitest';
import type { CatchUpSpec } from '../spec/schedule-spec.ts';
import { intervalTimetable } from '../ticks/interval-timetable.ts';
import type { Timetable } from '../ticks/timetable.ts';
import { type DueTicks, dueTicks } from './due-ticks.ts';

const MINUTE = 60_000;

/** Counts the ticks that are worked out. */
function counted(): Timetable & { ticks: number } {
  const inner = intervalTimetable(MINUTE, 0);
  const timetable = {
    ticks: 0,
    next: (at: number) => {
      timetable.ticks += 1;
      return inner.next(at);
    },
    has: (at: number) => inner.has(at),
    latest: (count: number, from: number, to: number) => {
      const found = inner.latest(count, from, to);
      timetable.ticks += Math.max(1, found.length);
      return found;
    },
    count: (from: number, to: number) => inner.count(from, to),
  };
  return timetable;
}

/** Takes steps until nothing is due any more, and tells what they fired and how many ticks that took. */
async function catchUp(catchUp: CatchUpSpec, minutes: number) {
  const timetable = counted();
  const now = minutes * MINUTE + 30_000;
  const fired: number[] = [];
  const steps: DueTicks[] = [];
  let from: number | undefined = MINUTE;
  let decidedUpTo: number | undefined;
  while (from !== undefined && from <= now) {
    const missedBefore = now - 10_000;
    const query = { timetable, from, now, missedBefore, catchUp, decidedUpTo };
    const due = await dueTicks(query);
    steps.push(due);
    fired.push(...due.fire.map(({ tickAt }) => tickAt / MINUTE));
    [from, decidedUpTo] = [due.next, due.decidedUpTo];
  }
  return { fired, steps, ticks: timetable.ticks };
}

describe('catching up', () => {
  it('leaves the event loop to others between the searches of many schedules', async () => {
    const slow = intervalTimetable(MINUTE, 0);
    const search = <T>(found: T): T => {
      const since = performance.now();
      while (performance.now() - since < 10);
      return found;
    };
    const timetable = { ...slow, next: (at: number) => search(slow.next(at)) };
    let turns = 0;
    const count = (): void => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const query = { timetable, from: MINUTE, now: MINUTE + 1, missedBefore: 0 };
    const catchUp = { policy: 'all', cap: 1 } as const;
    await Promise.all(
      Array.from({ length: 20 }, () => dueTicks({ ...query, catchUp, decidedUpTo: undefined })),
    );
    clearImmediate(next);
    expect(turns).toBeGreaterThan(15);
  });

  it.each([
    ['skip', 0],
    ['one', 1],
  ] as const)('works out no more for ten days than for one (%s)', async (policy, count) => {
    const day = await catchUp({ policy, cap: 1000 }, 1440);
    const days = await catchUp({ policy, cap: 1000 }, 14_400);
    expect(day.fired).toHaveLength(count);
    expect(days.ticks).toBe(day.ticks);
    expect(days.ticks).toBeLessThan(40);
    expect(days.steps[0]?.skip).toEqual([{ first: MINUTE, until: (14_400 - count) * MINUTE }]);
  });

  it('works out each tick it fires some two times, however many steps that takes', async () => {
    const { fired, steps, ticks } = await catchUp({ policy: 'all', cap: 10_000 }, 14_400);
    expect(fired).toEqual(Array.from({ length: 10_000 }, (_, n) => 4401 + n));
    expect(steps).toHaveLength(100);
    expect(ticks).toBeLessThan(25_000);
  });

  it('fires what a window leaves, without a look at the rest', async () => {
    const { fired, ticks } = await catchUp(
      { policy: 'all', cap: 1000, windowMs: 5 * MINUTE },
      14_400,
    );
    expect(fired).toEqual([14_396, 14_397, 14_398, 14_399, 14_400]);
    expect(ticks).toBeLessThan(50);
  });

  it('fires what is merely late whatever the policy, in place of what was missed before', async () => {
    const timetable = intervalTimetable(1000, 0);
    const query = { timetable, from: 1000, now: 30_500, missedBefore: 20_500 };
    const rest = { decidedUpTo: undefined };
    for (const policy of ['skip', 'one'] as const) {
      const due = await dueTicks({ ...query, ...rest, catchUp: { policy, cap: 1000 } });
      expect(due.fire.map(({ tickAt }) => tickAt / 1000)).toEqual([
        21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
      ]);
      expect(due.fire.some(({ missed }) => missed)).toBe(policy === 'one');
      expect(due.skip).toHaveLength(20);
    }
    const due = await dueTicks({ ...query, ...rest, catchUp: { policy: 'all', cap: 1000 } });
    const missed = due.fire.filter((tick) => tick.missed).map(({ tickAt }) => tickAt / 1000);
    expect([missed[0], missed.at(-1), due.fire.length]).toEqual([1, 20, 30]);
  });
});
