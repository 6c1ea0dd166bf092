import type { JobPage, JobRecord, JobStatus, ListParams } from '@philjs/jobs-core';
import { invalidCursorError } from '@philjs/jobs-core/backend';
import { toJobHash, toJobRecord } from '../record/job-hash.ts';
import { listJobsScript } from '../script/read-jobs-scripts.ts';
import type { QueueStore } from './queue-store.ts';

/** At most how many jobs one call looks at, and one script, when it is given names to select by. */
const BUDGET = 10_000;
const SLICE = 2000;

/** Where a page ended: in which part of which state, at which score and id. */
interface Position {
  readonly status: JobStatus;
  readonly part: string;
  readonly score: string;
  readonly id: string;
}

/**
 * Reads a page of jobs. A cursor names the last job looked at, so that jobs coming and going between
 * two pages do not shift it. With names to select by, a call looks at up to 10,000 jobs.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for a cursor that is not of such a list
 */
export async function listJobs(store: QueueStore, params: ListParams): Promise<JobPage> {
  const start =
    params.cursor === undefined ? undefined : parseCursor(params.cursor, params.statuses);
  // The script would take no names for all of them.
  if (params.names?.length === 0) return { jobs: [] };
  const jobs: JobRecord[] = [];
  let budget = BUDGET;
  for await (let position of positions(store, params, start)) {
    for (let isOver = false; !isOver; ) {
      if (jobs.length >= params.limit || budget <= 0) return { jobs, cursor: cursorOf(position) };
      const { status, part } = position;
      const args = {
        ...{ part, order: params.order, fromScore: position.score, fromId: position.id },
        ...{ most: params.limit - jobs.length, budget: Math.min(budget, SLICE) },
      };
      const page = await store.run(listJobsScript, args, params.names);
      const [found, exhausted, score, id, looked] = page;
      jobs.push(...found.map(([jobId, flat]) => toJobRecord(jobId, status, toJobHash(flat))));
      if (params.names !== undefined) budget -= looked;
      isOver = exhausted === 1;
      position = { status, part, score, id };
    }
  }
  return { jobs };
}

/** Lists the parts of the states still to read, the first of them from the position of the cursor. */
async function* positions(
  store: QueueStore,
  params: ListParams,
  start: Position | undefined,
): AsyncGenerator<Position> {
  const statuses = [...new Set(params.statuses)];
  const from = start === undefined ? 0 : statuses.indexOf(start.status);
  for (const status of statuses.slice(from)) {
    const parts = await partsOf(store, status, params.order);
    const resumed = start?.status === status ? start : undefined;
    const first = resumed === undefined ? 0 : Math.max(0, parts.indexOf(resumed.part));
    for (const part of parts.slice(first)) {
      yield resumed?.part === part ? resumed : { status, part, score: '', id: '' };
    }
  }
}

/** Lists the keys that hold the jobs of a state, in the order in which the jobs run. */
async function partsOf(
  store: QueueStore,
  status: JobStatus,
  order: ListParams['order'],
): Promise<string[]> {
  if (status === 'blocked') {
    const parts = ['waiting-children', 'pj:blocked'];
    return order === 'oldest' ? parts : parts.reverse();
  }
  if (status === 'cancelled') return ['pj:cancelled'];
  if (status !== 'waiting') return [status];
  const [names, lineup] = await store.link.run((client) =>
    Promise.all([client.hkeys(store.key('pj:limits')), client.get(store.key('pj:lineup'))]),
  );
  const parts = [
    'wait',
    'paused',
    'prioritized',
    ...(lineup === null ? [] : ['pj:ordered', 'pj:moving']),
    ...names.sort().flatMap((name) => [`pj:parked:${name}`, `pj:keyed:${name}`]),
  ];
  return order === 'oldest' ? parts : parts.reverse();
}

function cursorOf({ status, part, score, id }: Position): string {
  return Buffer.from(JSON.stringify([status, part, score, id])).toString('base64url');
}

function parseCursor(cursor: string, statuses: readonly JobStatus[]): Position {
  const [status, part, score, id] = decode(cursor);
  const known = statuses.find((each) => each === status);
  if (known !== undefined && typeof part === 'string' && typeof id === 'string') {
    if (typeof score === 'string' && Number.isFinite(Number(score))) {
      return { status: known, part, score, id };
    }
  }
  throw invalidCursorError(cursor);
}

function decode(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
