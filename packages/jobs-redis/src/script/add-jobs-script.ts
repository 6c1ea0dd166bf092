import type { AddAnswer, TakenAnswer } from '../store/add-answer.ts';
import type { StagedAnswer } from '../workflow/staged-answer.ts';
import { luaSource } from './lua-source.ts';
import { ADD, DELAY, EMIT, KEYS, STAGED } from './parts.ts';
import { defineScript, type Script, type Words, words } from './script.ts';

const PLAIN = 'id name data options createdAt delay priority keep byClock';
const OTHER = 'key mode ttl version expires ck rk maxWait order steps';

/** The name of an argument of a job of {@link plainAddJobsScript}. */
export type PlainJobArgument = Words<typeof PLAIN>;
/** The name of an argument of a job. */
export type JobArgument = PlainJobArgument | Words<typeof OTHER>;

/** The arguments of each job of {@link plainAddJobsScript}, in the order they are sent. */
export const PLAIN_JOB_ARGUMENTS: readonly PlainJobArgument[] = words(PLAIN);
/** The arguments of each job, in the order they are sent; see `jobArguments`. */
export const JOB_ARGUMENTS: readonly JobArgument[] = [...PLAIN_JOB_ARGUMENTS, ...words(OTHER)];

/**
 * Adds up to 1,000 jobs, each with its {@link JOB_ARGUMENTS}. Returns the answer of `addJob` for each.
 * If an id belongs to a job of another name, stores nothing and returns `taken`, the place (from 1) and that name.
 */
export const addJobsScript: Script<never, AddAnswer[] | TakenAnswer | StagedAnswer> = defineScript(
  'AddJobs',
)(KEYS, ADD, STAGED, luaSource(new URL('./add-jobs.lua', import.meta.url)));

/**
 * Adds jobs that have no keys, and whose names have no limits, in a queue without an order. Returns `added`; or `whole`, and
 * changes nothing, when there is more to do: an id is known, a name is limited, or the queue has an order. Sets the marker
 * unless `marks` is 0: a worker of the same process asks for the jobs then, next on the same connection.
 */
export const plainAddJobsScript: Script<'marks', 'added' | 'whole'> = defineScript(
  'PlainAddJobs',
  'marks',
)(EMIT, DELAY, luaSource(new URL('./plain-add-jobs.lua', import.meta.url)));
