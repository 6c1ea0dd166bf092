import type { SerializedError } from '@philjs/jobs-core';
import type { JobRecord, StalledJob } from '@philjs/jobs-core/backend';
import type { Rows } from './engine-table.ts';
import { finishJob } from './finish-job.ts';
import { readAll } from './list-jobs.ts';
import { type StoredJob, toRecord } from './stored-job.ts';

/** How many delayed jobs one call makes ready: any number may be due. */
const MOST_PROMOTED = 1000;

/** Makes delayed jobs whose time has come `waiting`. */
export async function promote(rows: Rows, now: number): Promise<void> {
  const due = { status: 'delayed', order: 'oldest', limit: MOST_PROMOTED, upTo: now } as const;
  for (const { job } of await rows.page(due)) await rows.put({ ...job, status: 'waiting' });
}

/** Makes waiting jobs `active`, each with a lease, and returns them. */
export async function handOut(
  rows: Rows,
  limit: number,
  now: number,
  lease: Pick<StoredJob, 'leaseUntil' | 'holder'>,
): Promise<JobRecord[]> {
  if (await rows.isPaused()) return [];
  const handed: JobRecord[] = [];
  for (const { job } of await rows.page({ status: 'waiting', order: 'oldest', limit })) {
    const start = {
      status: 'active',
      processedAt: now,
      fencingToken: job.fencingToken + 1,
    } as const;
    const active = { ...job, ...start, ...lease };
    await rows.put(active);
    handed.push(toRecord(active));
  }
  return handed;
}

/** Takes back the jobs whose lease ended, but for those of `holder`: the last first, so that they keep their order. */
export async function takeBack(
  rows: Rows,
  now: number,
  stalls: { readonly maxOf: (name: string) => number; readonly error: SerializedError },
  holder?: string,
): Promise<StalledJob[]> {
  const stalled: StalledJob[] = [];
  const active = await readAll(rows, 'active');
  for (const { job } of active.reverse()) {
    const isOwn = holder !== undefined && job.holder === holder;
    if ((job.leaseUntil ?? 0) > now || isOwn) continue;
    const { leaseUntil, holder: _lost, snoozeReason, ...free } = job;
    const stalledCount = job.stalledCount + 1;
    const failed = stalledCount > stalls.maxOf(job.name);
    const end = { status: 'failed', error: stalls.error, finishedAt: now } as const;
    if (failed) await finishJob(rows, { ...free, stalledCount, ...end });
    else await rows.put({ ...free, stalledCount, status: 'waiting' }, { ahead: true });
    const { id, name, fencingToken } = job;
    stalled.push({ lease: { id, fencingToken }, name, failed });
  }
  return stalled;
}

/** Finds when the next delayed job is due or the next lease ends: `now`, if more are due already. */
export async function nextTime(rows: Rows, now: number): Promise<number | undefined> {
  const [delayed] = await rows.page({ status: 'delayed', order: 'oldest', limit: 1 });
  const active = await readAll(rows, 'active');
  // A lease that has ended is its holder's own: it is late.
  const ends = active.flatMap(({ job: { leaseUntil = 0 } }) =>
    leaseUntil > now ? [leaseUntil] : [],
  );
  const times = delayed === undefined ? ends : [delayed.job.runAt, ...ends];
  return times.length === 0 ? undefined : Math.max(now, Math.min(...times));
}
