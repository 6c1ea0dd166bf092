import { expect, it } from 'vitest';
import { duePage } from './due-page.ts';
import type { ScheduleRecord } from './schedule-store.ts';

const found = [5, 10, 15].map(
  (nextAt, index) => ({ nextAt, revision: index + 1 }) as ScheduleRecord,
);

it('gives the schedules that are due, and when the next one is', () => {
  expect(duePage(found, 2, 12)).toEqual({ schedules: found.slice(0, 2), nextAt: 15, now: 12 });
  expect(duePage(found, 2, 1)).toEqual({ schedules: [], nextAt: 5, now: 1 });
  expect(duePage([], 2, 1)).toEqual({ schedules: [], nextAt: undefined, now: 1 });
});

it('goes on behind the last one when more are due', () => {
  expect(duePage(found, 2, 20)).toMatchObject({ cursor: '[10,2]', nextAt: 15 });
  expect(duePage(found, 0, 20)).toEqual({ schedules: [], nextAt: 5, now: 20 });
});
