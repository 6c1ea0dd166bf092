import type { JobRecord } from '../contract/job-record.ts';

/** The bounds of the delay, in milliseconds. */
const BOUNDS_MS = { least: 1000, most: 15_000 } as const;

/** Returns for how many milliseconds to leave a job alone that would be fetched again and again: half its age, at least 1 s and at most 15 s. */
export function delayByAge({ createdAt }: Pick<JobRecord, 'createdAt'>, now: number): number {
  return Math.round(Math.min(BOUNDS_MS.most, Math.max(BOUNDS_MS.least, (now - createdAt) / 2)));
}
