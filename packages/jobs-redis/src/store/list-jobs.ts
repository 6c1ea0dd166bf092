import type { JobPage, JobRecord, JobStatus, ListParams } from '@philjs/jobs-core';
import { invalidCursorError } from '@philjs/jobs-core/backend';
import { toJobHash, toJobRecord } from '../record/job-hash.ts';
import { parseOr } from '../record/stored-json.ts';
import { READY_LUA } from '../script/ready-lua.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from './queue-store.ts';

/**
 * Reads a part of a state's jobs. The part is the key of a list (`wait`, `paused`, `active`) or of a sorted set; the
 * order is `oldest` or `newest`; score and id are those of the last job read, or nothing. Returns at most
 * `most` jobs and looks at `budget`. After the arguments come the names to select by.
 *
 * Returns the jobs as id and hash, whether the part is exhausted, the score and id it ended with, and how many
 * were looked at.
 */
const listJobsScript = defineScript('ListJobs', 'part order fromScore fromId most budget')<
  [
    jobs: [id: string, hash: string[]][],
    exhausted: number,
    score: string,
    id: string,
    looked: number,
  ]
>`
${READY_LUA}
local newest, most, budget = order == 'newest', tonumber(most), tonumber(budget)
local names
for i = 1, restSize do
  names = names or {}
  names[rest(i)] = true
end
-- The name, where the part is one of the sets of its line.
local key, name = prefix .. part, string.match(part, '^pj:%a+:(.*)$')
local isList = part == 'wait' or part == 'paused' or part == 'active'

-- Compares as the server orders members of equal score: by their bytes.
local function before(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

-- Finds where to continue. The job read last may be gone meanwhile; then finds the place where it was.
local function firstIndex()
  if fromId == '' then return 0 end
  if isList then
    -- New jobs enter at the left, so the job that runs next is at the right.
    local index = call('LPOS', key, fromId)
    local length = call('LLEN', key)
    if not index then return math.min(tonumber(fromScore), length) end
    return newest and index + 1 or length - index
  end
  local rank = call(newest and 'ZREVRANK' or 'ZRANK', key, fromId)
  if rank and call('ZSCORE', key, fromId) == fromScore then return rank + 1 end
  local index = newest and call('ZCOUNT', key, '(' .. fromScore, '+inf') or call('ZCOUNT', key, '-inf', '(' .. fromScore)
  while true do
    local member = call(newest and 'ZREVRANGE' or 'ZRANGE', key, index, index, 'WITHSCORES')
    if member[2] ~= fromScore then return index end
    if newest and before(member[1], fromId) or not newest and before(fromId, member[1]) then return index end
    index = index + 1
  end
end

local function read(index, count)
  if not isList then return call(newest and 'ZREVRANGE' or 'ZRANGE', key, index, index + count - 1, 'WITHSCORES') end
  local found = {}
  local ids = newest and call('LRANGE', key, index, index + count - 1) or call('LRANGE', key, -index - count, -index - 1)
  for i = 1, #ids do
    local at = newest and i or #ids + 1 - i
    found[2 * i - 1], found[2 * i] = ids[at], tostring(index + i)
  end
  return found
end

local jobs, index, lastScore, lastId = {}, firstIndex(), fromScore, fromId
local looked, gone, isOver = 0, {}, false
local isBlocked = part == 'pj:blocked'
while #jobs < most and looked < budget and not isOver do
  local count = math.min(names and 500 or most - #jobs, budget - looked)
  local found = read(index, count)
  for i = 1, #found, 2 do
    if #jobs >= most then break end
    local id = found[i]
    lastScore, lastId = found[i + 1], id
    looked = looked + 1
    if not names or names[call('HGET', prefix .. id, 'name') or ''] then
      local hash = call('HGETALL', prefix .. id)
      if hash[1] then jobs[#jobs + 1] = { id, hash }
      elseif name or isBlocked or part == 'pj:ordered' then gone[#gone + 1] = id end
    end
  end
  isOver = #found < 2 * count
  index = index + count
end
-- BullMQ, which does not know these sets, leaves the id of a job it removes.
for _, id in ipairs(gone) do
  if isBlocked then call('ZREM', key, id) else dropParked(key, name, id) end
end
return { jobs, isOver and #jobs < most and 1 or 0, lastScore, lastId, looked }
`;

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
  const left = await positions(store, params);
  // The script would take no names for all of them.
  if (params.names?.length === 0) return { jobs: [] };
  const jobs: JobRecord[] = [];
  let budget = BUDGET;
  for (let position of left) {
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
async function positions(
  store: QueueStore,
  { statuses, order, cursor }: ListParams,
): Promise<Position[]> {
  const start = cursor === undefined ? undefined : parseCursor(cursor, statuses);
  const found: Position[] = [];
  const states = [...new Set(statuses)];
  for (const status of states.slice(start === undefined ? 0 : states.indexOf(start.status))) {
    const parts = await partsOf(store, status);
    if (order === 'newest') parts.reverse();
    found.push(...parts.map((part) => ({ status, part, score: '', id: '' })));
  }
  const isStart = ({ status, part }: Position): boolean =>
    status === start?.status && part === start.part;
  return start !== undefined && found.some(isStart)
    ? [start, ...found.slice(found.findIndex(isStart) + 1)]
    : found;
}

/** Lists the keys that hold the jobs of a state, in the order in which the jobs run. */
async function partsOf(store: QueueStore, status: JobStatus): Promise<string[]> {
  if (status === 'blocked') return ['waiting-children', 'pj:blocked'];
  if (status === 'cancelled') return ['pj:cancelled'];
  if (status !== 'waiting') return [status];
  const [names, lineup] = await store.link.run((client) =>
    Promise.all([client.hkeys(store.key('pj:limits')), client.get(store.key('pj:lineup'))]),
  );
  const ordered = lineup === null ? [] : ['pj:ordered', 'pj:moving'];
  const lines = names.sort().flatMap((name) => [`pj:parked:${name}`, `pj:keyed:${name}`]);
  return ['wait', 'paused', 'prioritized', ...ordered, ...lines];
}

function cursorOf({ status, part, score, id }: Position): string {
  return Buffer.from(JSON.stringify([status, part, score, id])).toString('base64url');
}

function parseCursor(cursor: string, statuses: readonly JobStatus[]): Position {
  const text = Buffer.from(cursor, 'base64url').toString();
  const value = parseOr(text, undefined);
  const [status, part, score, id] = Array.isArray(value) ? value : [];
  const known = statuses.find((each) => each === status);
  const isText = typeof part === 'string' && typeof score === 'string' && typeof id === 'string';
  if (known !== undefined && isText && Number.isFinite(Number(score))) {
    return { status: known, part, score, id };
  }
  throw invalidCursorError(cursor);
}
