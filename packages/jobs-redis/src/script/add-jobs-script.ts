import type { AddAnswer, TakenAnswer } from '../store/add-answer.ts';
import { STAGED_LUA, type StagedAnswer } from '../workflow/stage-lua.ts';
import { DEDUPLICATE_LUA, KEY_LUA } from './deduplicate-lua.ts';
import { DELAY_LUA, EMIT_LUA, READY_LUA } from './ready-lua.ts';
import { defineScript, lua, type Script, type ScriptPart, type Words, words } from './script.ts';

const PLAIN = 'id name data options createdAt delay priority keep byClock';
const OTHER = 'key mode ttl version expires ck rk maxWait order';

/** The name of an argument of a job of {@link plainAddJobsScript}. */
export type PlainJobArgument = Words<typeof PLAIN>;
/** The name of an argument of a job. */
export type JobArgument = PlainJobArgument | Words<typeof OTHER>;

/** The arguments of each job of {@link plainAddJobsScript}, in the order they are sent. */
export const PLAIN_JOB_ARGUMENTS: readonly PlainJobArgument[] = words(PLAIN);
/** The arguments of each job, in the order they are sent; see `jobArguments`. */
export const JOB_ARGUMENTS: readonly JobArgument[] = [...PLAIN_JOB_ARGUMENTS, ...words(OTHER)];

/**
 * Defines `addJob`, which stores the job whose arguments start at a given one, exactly as BullMQ's own scripts do. Returns the
 * id of the job that is stored, what happened (`a`dded, `d`uplicate, `r`eplaced), and when a job of that id had been enqueued.
 * Needs KEY_LUA.
 */
export const ADD_LUA: ScriptPart = lua`${EMIT_LUA}${READY_LUA}${DELAY_LUA}${DEDUPLICATE_LUA}
local clock
local function serverNow()
  clock = clock or call('TIME')
  return clock[1] * 1000 + math.floor(clock[2] / 1000)
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

-- "more" may add fields, and returns whether the caller puts the job into its set.
local function store(job, more)
  local fields = { 'name', job.name, 'data', job.data, 'opts', job.options, 'timestamp', string.format('%.0f', job.createdAt), 'delay', job.delay, 'priority', job.priority, 'pj:keep', job.keep }
  if job.delay > 0 then fields[15], fields[16] = 'pj:runAt', job.runAt end
  if job.key ~= '' then fields[#fields + 1], fields[#fields + 2] = 'deid', job.key end
  if job.ck then fields[#fields + 1], fields[#fields + 2] = 'pj:ck', job.ck end
  if job.rk then fields[#fields + 1], fields[#fields + 2] = 'pj:rk', job.rk end
  if job.order ~= '' then fields[#fields + 1], fields[#fields + 2] = 'pj:order', job.order end
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

/**
 * Adds up to 1,000 jobs, each with its {@link JOB_ARGUMENTS}. Returns the answer of `addJob` for each.
 * If an id belongs to a job of another name, stores nothing and returns `taken`, the place (from 1) and that name.
 */
export const addJobsScript: Script<never, AddAnswer[] | TakenAnswer | StagedAnswer> = defineScript(
  'AddJobs',
)`
${KEY_LUA}${ADD_LUA}${STAGED_LUA}
for first = 1, restSize, ${JOB_ARGUMENTS.length} do
  local takenBy = nameOf(rest(first))
  if takenBy and takenBy ~= rest(first + 1) then return { 'taken', (first - 1) / ${JOB_ARGUMENTS.length} + 1, takenBy } end
  local staged = stagedBy(rest(first), rest(first + ${JOB_ARGUMENTS.indexOf('key')}))
  if staged then return staged end
end
local results = {}
for first = 1, restSize, ${JOB_ARGUMENTS.length} do results[#results + 1] = addJob(first) end
return results
`;

/**
 * Adds jobs that have no keys, and whose names have no limits, in a queue without an order. Returns `added`; or `whole`, and
 * changes nothing, when there is more to do: an id is known, a name is limited, or the queue has an order. Sets the marker
 * unless `marks` is 0: a worker of the same process asks for the jobs then, next on the same connection.
 */
export const plainAddJobsScript: Script<'marks', 'added' | 'whole'> = defineScript(
  'PlainAddJobs',
  'marks',
)`
${EMIT_LUA}${DELAY_LUA}
if metaOf('pj:order') then return 'whole' end
local known, names, ready = {}, {}, 0
for first = 1, restSize, ${PLAIN_JOB_ARGUMENTS.length} do
  local id = rest(first)
  if known[id] or call('HGET', prefix .. id, 'name') then return 'whole' end
  known[id] = true
  local name = rest(first + 1)
  if metaOf('pj:limited') and not names[name] then
    if call('HEXISTS', limitsKey, name) == 1 then return 'whole' end
    names[name] = true
  end
  if rest(first + 5) == '0' then ready = ready + 1 end
end
local turn = ready > 0 and call('INCRBY', pcKey, ready) - ready
for first = 1, restSize, ${PLAIN_JOB_ARGUMENTS.length} do
  local id, createdAt, delay, priority = rest(first), rest(first + 4), rest(first + 5), rest(first + 6)
  local key = prefix .. id
  call('HSET', key, 'name', rest(first + 1), 'data', rest(first + 2), 'opts', rest(first + 3), 'timestamp', createdAt, 'delay', delay, 'priority', priority, 'pj:keep', rest(first + 7))
  emit('added', 'jobId', id, 'name', rest(first + 1))
  if delay == '0' then
    turn = turn + 1
    call('ZADD', prioritizedKey, priority * 4294967296 + turn % 4294967296, id)
    emit('waiting', 'jobId', id)
  else
    local time = rest(first + 8) == '1' and call('TIME')
    local from = time and time[1] * 1000 + math.floor(time[2] / 1000) or tonumber(createdAt)
    local runAt = string.format('%.0f', createdAt + delay)
    call('HSET', key, 'pj:runAt', runAt)
    makeDelayed(id, from, tonumber(delay))
    emit('delayed', 'jobId', id, 'delay', runAt)
  end
end
if ready > 0 and marks == '1' and not metaOf('paused') then call('ZADD', markerKey, 0, '0') end
return 'added'
`;
