import { DEDUPLICATE_LUA, DELAY_LUA } from './deduplicate-lua.ts';
import { EMIT_LUA, READY_KEYS, READY_LUA } from './ready-lua.ts';
import { defineScript, type KeyName, type Script } from './script.ts';

/** How many arguments each job has; see `jobArguments`. */
export const ARGUMENTS_PER_JOB = 17;

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
  local job = {
    id = arg(first), name = arg(first + 1), data = arg(first + 2), options = arg(first + 3),
    createdAt = tonumber(arg(first + 4)), delay = tonumber(arg(first + 5)), priority = arg(first + 6),
    key = arg(first + 7), mode = arg(first + 8), ttl = tonumber(arg(first + 9)),
    version = arg(first + 10), expires = arg(first + 11), keep = arg(first + 12), ck = key(arg(first + 13)), rk = key(arg(first + 14)),
    maxWait = tonumber(arg(first + 16))
  }
  -- A delay that was given as a duration begins now by the server's clock, not by the clock of the enqueuing process.
  job.from = arg(first + 15) == '1' and serverNow() or job.createdAt
  -- The time that the job shows is by the enqueuing process's clock, as is the time it was enqueued.
  job.runAt = string.format('%.0f', job.createdAt + job.delay)
  return job
end

local function store(job)
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
  call('HSET', prefix .. job.id, unpack(fields))
  emit('added', 'jobId', job.id, 'name', job.name)
end

-- Caches the names of stored jobs that this script has looked up.
local names = {}
local function nameOf(id)
  if names[id] == nil then names[id] = call('HGET', prefix .. id, 'name') end
  return names[id]
end

local function addJob(first)
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
  store(job)
  names[job.id] = job.name
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

/** The keys that {@link ADD_PARTS} need. */
export const ADD_KEYS: readonly KeyName[] = [...READY_KEYS, 'events', 'delayed', 'wait'];

/** Defines `addJob`, which adds the job whose arguments start at a given one. */
export const ADD_PARTS: readonly string[] = [
  EMIT_LUA,
  READY_LUA,
  DELAY_LUA,
  DEDUPLICATE_LUA,
  ADD_LUA,
];

/**
 * Adds up to 1,000 jobs. Arguments: the jobs', {@link ARGUMENTS_PER_JOB} each. Returns the answer of `addJob` for each.
 * If an id belongs to a job of another name, stores nothing and returns `taken`, the place (from 1) and that name.
 */
export const addJobsScript: Script = defineScript(
  'AddJobs',
  ADD_KEYS,
  ...ADD_PARTS,
  `
for first = 1, #ARGV - 1, ${ARGUMENTS_PER_JOB} do
  local takenBy = nameOf(arg(first))
  if takenBy and takenBy ~= arg(first + 1) then return { 'taken', (first - 1) / ${ARGUMENTS_PER_JOB} + 1, takenBy } end
end
local results = {}
for first = 1, #ARGV - 1, ${ARGUMENTS_PER_JOB} do results[#results + 1] = addJob(first) end
return results
`,
);
