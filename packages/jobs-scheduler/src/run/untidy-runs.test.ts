import { expect, it } from 'vitest';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import { UntidyRuns } from './untidy-runs.ts';

const spec = { overlap: 'allow', once: false } as StoredSchedule['spec'];
const schedule = { id: 'a', spec };

it('asks for the live runs after as many as there were, and at least 16', async () => {
  let [live, asked] = [0, 0];
  const liveRuns = async ({ id }: { id: string }): Promise<string[]> => {
    expect(id).toBe('a');
    asked += 1;
    return Array.from({ length: live }, (_, n) => `a@${n}`);
  };
  const untidy = new UntidyRuns({ liveRuns });
  for (let run = 0; run < 16; run++) await untidy.add(schedule, 1);
  expect(asked).toBe(1);
  live = 500;
  await untidy.add(schedule, 16);
  expect(asked).toBe(2);
  for (let run = 0; run < 499; run++) await untidy.add(schedule, 1);
  expect(asked).toBe(2);
  await untidy.add(schedule, 1);
  expect(asked).toBe(3);
});

it('asks for none of a schedule whose ticks do, or that runs once', async () => {
  const untidy = new UntidyRuns({ liveRuns: () => expect.unreachable() });
  await untidy.add({ id: 'a', spec: { ...spec, overlap: 'skip' } }, 100);
  await untidy.add({ id: 'a', spec: { ...spec, once: true } }, 100);
});

it('goes on when the store does not answer', async () => {
  const untidy = new UntidyRuns({ liveRuns: () => Promise.reject(new Error('away')) });
  await expect(untidy.add(schedule, 100)).resolves.toBeUndefined();
});
