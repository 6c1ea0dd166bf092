import { luaSource } from './lua-source.ts';
import { CLOCK, EMIT, FLOWS, HOLDER, READY, REMOVING, STATE } from './parts.ts';
import { defineScript, type Script } from './script.ts';

const PARTS = [EMIT, READY, STATE, FLOWS];

/** Changes the jobs given that are in one of `states`, for a bounded time. */
const EACH = luaSource(new URL('./change-each.lua', import.meta.url));

/** How many jobs a script changed, how many of those given it looked at, 1 if workflows have to be followed; then other ids. */
export type Changed = readonly [changed: number, looked: number, isLeft: number, ...ids: string[]];

/**
 * Removes jobs that are not active, by their ids. Returns also the ids of those that it left, if it may: the parent of a
 * flow of BullMQ's waits for them, or they are the latest of a scheduler of BullMQ's.
 */
export const removeJobsScript: Script<'mayLeave' | 'states', Changed> = defineScript(
  'RemoveJobs',
  'once mayLeave states',
)(...PARTS, REMOVING, CLOCK, luaSource(new URL('./remove-jobs.lua', import.meta.url)), EACH);

/**
 * Makes failed and cancelled jobs ready again, with all their attempts and their keys. Returns
 * how many, how many it looked at; and, of the last one whose key another job holds, its id and the other job's id.
 */
export const retryJobsScript: Script<'states', Changed> = defineScript('RetryJobs', 'once states')(
  ...PARTS,
  HOLDER,
  CLOCK,
  luaSource(new URL('./retry-jobs.lua', import.meta.url)),
  EACH,
);

/** Makes delayed jobs ready now, by their ids. */
export const promoteJobsScript: Script<'states', Changed> = defineScript('Promote', 'once states')(
  ...PARTS,
  CLOCK,
  luaSource(new URL('./promote-jobs.lua', import.meta.url)),
  EACH,
);

/**
 * Removes some of the jobs of a state. Returns how many it removed, and 1 if workflows have to be followed further; then the
 * ids of those that it left, since the parent of a flow of BullMQ's waits for them. Fewer of both than asked for mean that
 * the state has no others.
 */
export const clearJobsScript: Script<
  'state' | 'most',
  readonly [removed: number, isLeft: number, ...left: string[]]
> = defineScript('ClearJobs', 'once state most')(
  ...PARTS,
  REMOVING,
  luaSource(new URL('./clear-jobs.lua', import.meta.url)),
);
