import type { ScheduleRecord, ScheduleStore } from '@philjs/jobs-core/backend';
import { describe, expect, it } from 'vitest';
import { changeSchedule } from './change-schedule.ts';

const record = {
  id: 'a',
  jobName: 'job',
  spec: { v: 1, job: { name: 'job' } },
  state: { runsCount: 0 },
  nextAt: undefined,
  revision: 1,
} as unknown as ScheduleRecord;

/** A store in which another caller is faster, a given number of times. */
function contested(times: number): ScheduleStore {
  let left = times;
  return {
    get: async () => ({ ...record, revision: left }),
    put: async ({ schedule }) => (left-- > 0 ? undefined : { ...schedule, revision: 99 }),
  } as Partial<ScheduleStore> as ScheduleStore;
}

describe('changeSchedule', () => {
  it('decides again on what others made of a schedule meanwhile', async () => {
    const seen: (number | undefined)[] = [];
    const changed = await changeSchedule(contested(3), 'a', (stored) => {
      seen.push(stored?.revision);
      return stored && { spec: stored.spec, state: stored.state };
    });
    expect([seen, changed?.revision]).toEqual([[3, 2, 1, 0], 99]);
  });

  it('gives up when others are always faster', async () => {
    const always = contested(Number.POSITIVE_INFINITY);
    const change = changeSchedule(
      always,
      'a',
      (stored) => stored && { spec: stored.spec, state: stored.state },
    );
    await expect(change).rejects.toMatchObject({ code: 'JOBS_CONFLICT' });
  });
});
