import type { JobStatus } from '@philjs/jobs-core';
import { luaSource } from './lua-source.ts';
import { DROP_GONE, LOCK_END, READY, STATE } from './parts.ts';
import { defineScript, type Script } from './script.ts';

/**
 * Reads jobs by their ids. Returns the state and the hash of each, or nothing; of an active one, when its lock ends, or 0 if
 * it has.
 */
export const readJobsScript: Script<
  never,
  ([status: JobStatus, hash: string[], lockEnd?: number] | [])[]
> = defineScript('ReadJobs')(
  READY,
  STATE,
  LOCK_END,
  luaSource(new URL('./read-jobs.lua', import.meta.url)),
);

/** Counts the jobs in each state, in the order of `JOB_STATUSES`; drops ids of jobs that BullMQ removed from our sets. */
export const countJobsScript: Script<never, number[]> = defineScript('CountJobs')(
  READY,
  DROP_GONE,
  luaSource(new URL('./count-jobs.lua', import.meta.url)),
);
