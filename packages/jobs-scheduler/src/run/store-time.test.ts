import type { Clock } from '@philjs/jobs-core';
import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { expect, it } from 'vitest';
import { StoreTime } from './store-time.ts';

const DAY = 86_400_000;

it('stays the time of the store when the clock of the host is set between two looks', async () => {
  let steps = 0;
  const clock = { now: () => Date.now() + steps } as Clock;
  const store = { due: async () => ({ now: 1_000_000, schedules: [] }) };
  const time = new StoreTime(store as unknown as ScheduleStore, clock, false);
  await time.due({ limit: 1 });
  steps = DAY;
  expect(time.now()).toBeGreaterThanOrEqual(1_000_000);
  expect(time.now()).toBeLessThan(1_060_000);
  expect(Number.isInteger(time.now())).toBe(true);
});
