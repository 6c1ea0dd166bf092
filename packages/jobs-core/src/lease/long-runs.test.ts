import { expect, test } from 'vitest';
import type { JobRecord } from '../contract/job-record.ts';
import { HeldLease } from './held-lease.ts';
import { LongRuns } from './long-runs.ts';

const job = (id: string): HeldLease =>
  new HeldLease({ id, fencingToken: 1 } as JobRecord, 1, { finish: () => undefined }, undefined);

test('counts the jobs that are in their slots since the period before', () => {
  const [long, short, later] = [job('long'), job('short'), job('later')];
  const runs = new LongRuns();
  runs.look(1000, 0);
  runs.enter(long);
  runs.enter(short);
  runs.look(1010, 2);
  expect(runs.count).toBe(0);
  runs.look(1030, 2);
  runs.leave(short);
  runs.enter(later);
  expect(runs.count).toBe(1);
  // The clock was set back.
  runs.look(500, 2);
  expect(runs.count).toBe(2);
  runs.leave(long);
  runs.leave(later);
  expect(runs.count).toBe(0);
});
