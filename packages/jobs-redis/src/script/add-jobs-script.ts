import type { AddAnswer, TakenAnswer } from '../store/add-answer.ts';
import { DEDUPLICATE_LUA, DELAY_LUA } from './deduplicate-lua.ts';
import { EMIT_LUA, PLAIN_READY_LUA, READY_LUA } from './ready-lua.ts';
import { defineScript, type Script, type ScriptPart } from './script.ts';

/** The arguments of each job, in the order they are sent; see `jobArguments`. */
export const JOB_ARGUMENTS = [
  'id',
  'name',
  'data',
  'options',
  'createdAt',
  'delay',
  'priority',
  'key',
  'mode',
  'ttl',
  'version',
  'expires',
  'keep',
  'ck',
  'rk',
  'byClock',
  'maxWait',
  'order',
] as const;

/**
 * Stores a job exactly as BullMQ's own scripts do. Returns the id of the job that is stored, what
 * happened (`a`dded, `d`uplicate, `r`eplaced), and when a job of that id had been enqueued.
 */
const ADD_LUA = `
local clock
local function serverNow()
  if not clock then
    local time = call('TIME')
    clock = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  return clock
end

local function key(text) return text ~= '' and string.sub(text, 2) end

local function read(first)
  local job = { ${JOB_ARGUMENTS.map((name, i) => `${name} = rest(first + ${i})`).join(', ')} }
  job.createdAt, job.delay, job.ttl, job.maxWait = tonumber(job.createdAt), tonumber(job.delay), tonumber(job.ttl), tonumber(job.maxWait)
  job.ck, job.rk = key(job.ck), key(job.rk)
  -- A delay that was given as a duration begins now by the server's clock, not by the clock of the enqueuing process.
  job.from = job.byClock == '1' and serverNow() or job.createdAt
  -- The time that the job shows is by the enqueuing process's clock, as is the time it was enqueued.
  job.runAt = string.format('%.0f', job.createdAt + job.delay)
  return job
end

-- "more" may add fields, and answers whether the caller puts the job into its set.
local function store(job, more)
  local fields = { 'name', job.name, 'data', job.data, 'opts', job.options, 'timestamp', string.format('%.0f', job.createdAt), 'delay', job.delay, 'priority', job.priority, 'pj:keep', job.keep }
  if job.delay > 0 then
    fields[15], fields[16] = 'pj:runAt', job.runAt
  end
  if job.key ~= '' then
    fields[#fields + 1] = 'deid'
    fields[#fields + 1] = job.key
  end
  if job.ck then
    fields[#fields + 1] = 'pj:ck'
    fields[#fields + 1] = job.ck
  end
  if job.rk then
    fields[#fields + 1] = 'pj:rk'
    fields[#fields + 1] = job.rk
  end
  if job.order ~= '' then
    fields[#fields + 1] = 'pj:order'
    fields[#fields + 1] = job.order
  end
  local isLeft = more and more(job, fields)
  call('HSET', prefix .. job.id, unpack(fields))
  emit('added', 'jobId', job.id, 'name', job.name)
  return isLeft
end

-- Caches the names of stored jobs that this script has looked up.
local names = {}
local function nameOf(id)
  if names[id] == nil then names[id] = call('HGET', prefix .. id, 'name') end
  return names[id]
end

local function addJob(first, more)
  local job = read(first)
  if nameOf(job.id) then
    return { job.id, 'd', call('HGET', prefix .. job.id, 'timestamp') }
  end
  if job.key ~= '' then
    local key = prefix .. 'de:' .. job.key
    local holder = holderOf(key)
    if holder then
      local replaced = job.mode ~= 'drop' and replaceHolder(holder, key, job)
      return { holder.id, replaced and 'r' or 'd', '' }
    end
    takeKey(key, job.id, job.mode ~= 'drop', job.ttl)
  end
  local isLeft = store(job, more)
  names[job.id] = job.name
  if isLeft then return { job.id, 'a', '' } end
  if job.delay > 0 then
    makeDelayed(job.id, job.from, job.delay)
    emit('delayed', 'jobId', job.id, 'delay', job.runAt)
  else
    makeReady(job.id, job.name, tonumber(job.priority), false, limitOf(job.name) and lineOf(job.name, job.ck, job.rk))
    emit('waiting', 'jobId', job.id)
  end
  return { job.id, 'a', '' }
end
`;

/** Defines `addJob`, which adds the job whose arguments start at a given one. */
export const ADD_PARTS: readonly ScriptPart[] = [
  EMIT_LUA,
  READY_LUA,
  DELAY_LUA,
  DEDUPLICATE_LUA,
  ADD_LUA,
];

const ALL_LUA = `
for first = 1, restSize, ${JOB_ARGUMENTS.length} do
  local takenBy = nameOf(rest(first))
  if takenBy and takenBy ~= rest(first + 1) then return { 'taken', (first - 1) / ${JOB_ARGUMENTS.length} + 1, takenBy } end
end
local results = {}
for first = 1, restSize, ${JOB_ARGUMENTS.length} do results[#results + 1] = addJob(first) end
return results
`;

/**
 * Adds up to 1,000 jobs, each with its {@link JOB_ARGUMENTS}. Returns the answer of `addJob` for each.
 * If an id belongs to a job of another name, stores nothing and returns `taken`, the place (from 1) and that name.
 */
export const addJobsScript: Script<never, AddAnswer[] | TakenAnswer> = defineScript(
  'AddJobs',
  [],
  ...ADD_PARTS,
  ALL_LUA,
);

/**
 * Does the same with less than half of the functions, for jobs without deduplication keys. Returns `whole`, and
 * changes nothing, if a name is limited.
 */
export const plainAddJobsScript: Script<never, AddAnswer[] | TakenAnswer | 'whole'> = {
  ...defineScript(
    'PlainAddJobs',
    [],
    EMIT_LUA,
    PLAIN_READY_LUA,
    DELAY_LUA,
    ADD_LUA,
    "if metaOf(5) then return 'whole' end",
    ALL_LUA,
  ),
  ordered: addJobsScript.ordered,
};
