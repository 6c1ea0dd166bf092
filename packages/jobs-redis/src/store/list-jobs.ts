import type { JobStatus } from '@philjs/jobs-core';
import type { JobPage, JobRecord, ListParams } from '@philjs/jobs-core/backend';
import { invalidCursorError, orderChangedError } from '@philjs/jobs-core/backend';
import { readRecord } from '../record/job-hash.ts';
import { parseOr } from '../record/stored-json.ts';
import { luaSource } from '../script/lua-source.ts';
import { DROP_GONE, LOCK_END, READY } from '../script/parts.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from './queue-store.ts';

type Found = [[id: string, hash: string[], lockEnd?: number][], number, string, string, number];

/**
 * Reads a part of a state's jobs. The part is the key of a list (`wait`, `paused`, `active`) or of a sorted set; the
 * order is `oldest` or `newest`; score and id are those of the last job read, or nothing; the score of a list is the time by
 * which its jobs entered it. Returns at most `most` jobs and looks at `budget`. After the arguments come the names to select by.
 *
 * Returns the jobs as id and hash, with the end of the lock of active ones; whether the part is exhausted, the score and id it ended with, and how many
 * were looked at: -1 if the waiting jobs stand no longer as `standing` says.
 */
const listJobsScript = defineScript(
  'ListJobs',
  'part standing order fromScore fromId most budget',
)<Found>(READY, DROP_GONE, LOCK_END, luaSource(new URL('./list-jobs.lua', import.meta.url)));

/** Returns how waiting jobs stand, line-up and revision; then the sets of limited names with jobs, and `last`, by name. */
const standingScript = defineScript(
  'Standing',
  'last',
)<[string, string, ...string[]]>(luaSource(new URL('./standing.lua', import.meta.url)));

/** How many jobs one call looks at, at most, when it is given names to select by. */
const BUDGET = 10_000;
/** How many of them one script looks at. */
const SLICE = 2000;

/** Where a page ended: in which part of which state, at which score and id; of waiting jobs, how these stand. */
interface Position {
  readonly status: JobStatus;
  readonly part: string;
  readonly score: string;
  readonly id: string;
  readonly standing: string;
}

/**
 * Reads a page of jobs. A cursor names the last job looked at, so that jobs coming and going between
 * two pages do not shift it. With names to select by, a call looks at up to 10,000 jobs.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for a cursor that is not of such a list, `JOBS_CONFLICT` for one of another order
 */
export async function listJobs(store: QueueStore, params: ListParams): Promise<JobPage> {
  const jobs: JobRecord[] = [];
  let budget = BUDGET;
  for await (let position of positions(store, params)) {
    if (params.names?.length === 0) break; // the script would take none for all of them
    for (let isOver = false; !isOver; ) {
      if (jobs.length >= params.limit || budget <= 0) return pageOf(jobs, position);
      const { status, score: fromScore, id: fromId, ...where } = position;
      const most = { most: params.limit - jobs.length, budget: Math.min(budget, SLICE) };
      const args = { ...where, ...most, order: params.order, fromScore, fromId };
      const [found, last, score, id, looked] = await store.run(listJobsScript, args, params.names);
      if (looked < 0) return listAgain(store, params);
      jobs.push(...found.map(([jobId, flat, end]) => readRecord(jobId, status, flat, end)));
      if (params.names !== undefined) budget -= looked;
      isOver = last === 1;
      position = { ...position, score, id };
    }
  }
  return pageOf(jobs);
}

/** Lists again what was read while the order of the queue was changed; refuses to where there is a cursor. */
function listAgain(store: QueueStore, params: ListParams): Promise<JobPage> {
  if (params.cursor !== undefined) throw orderChangedError();
  return listJobs(store, params);
}

/** Goes through the parts of the states still to read, the first of them from the position of the cursor. */
async function* positions(
  store: QueueStore,
  { statuses, order, cursor }: ListParams,
): AsyncGenerator<Position> {
  let start = cursor === undefined ? undefined : parseCursor(cursor, statuses);
  const states = [...new Set(statuses)];
  for (const status of states.slice(start === undefined ? 0 : states.indexOf(start.status))) {
    for await (const at of partsOf(store, status, order, start?.part)) {
      if (start !== undefined && start.standing !== at.standing) throw orderChangedError();
      if (start !== undefined && start.part !== at.part) continue;
      yield start ?? at;
      start = undefined;
    }
  }
}

/** Goes through the keys that hold the jobs of a state, and `last`, in the order in which the jobs run. */
async function* partsOf(
  store: QueueStore,
  status: JobStatus,
  order: ListParams['order'],
  last = '',
): AsyncGenerator<Position> {
  const at = (standing: string, parts: readonly string[]): Position[] =>
    (order === 'newest' ? parts.toReversed() : parts).map((part) => {
      return { status, part, score: '', id: '', standing };
    });
  if (status === 'blocked') return yield* at('', ['waiting-children', 'pj:blocked']);
  if (status === 'cancelled') return yield* at('', ['pj:cancelled']);
  if (status !== 'waiting') return yield* at('', [status]);
  const [lineup, revision] = await store.run(standingScript, { last });
  const parts = ['wait', 'paused', 'prioritized', ...(lineup ? ['pj:ordered', 'pj:moving'] : [])];
  // While jobs move, reads the part they move to last: so it misses none.
  const final = { m: 'pj:ordered', l: 'prioritized' }[lineup.split(',')[3] ?? ''];
  const others = parts.filter((part) => part !== final);
  yield* at(lineup || revision, others);
  // Workers sort jobs of limited names out of these into lines: reads those that are there by now.
  const [, , ...lines] = await store.run(standingScript, { last });
  yield* at(lineup || revision, lines);
  if (final) yield* at(lineup || revision, [final]);
}

/** Makes a page; a job that was put into another part while this was made, and read in both, is on it once. */
function pageOf(found: readonly JobRecord[], next?: Position): JobPage {
  const jobs = [...new Map(found.map((job) => [job.id, job])).values()];
  return { jobs, ...(next && { cursor: Buffer.from(JSON.stringify(next)).toString('base64url') }) };
}

function parseCursor(cursor: string, statuses: readonly JobStatus[]): Position {
  const value = parseOr(Buffer.from(cursor, 'base64url').toString(), undefined);
  const { status, part, score, id, standing } = (value ?? {}) as unknown as Position;
  const isText = [part, score, id, standing].every((each) => typeof each === 'string');
  if (isText && statuses.includes(status) && Number.isFinite(Number(score))) {
    return { status, part, score, id, standing };
  }
  throw invalidCursorError(cursor);
}
