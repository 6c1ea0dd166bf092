import { ADD_KEYS, ADD_PARTS, ARGUMENTS_PER_JOB } from './add-jobs-script.ts';
import { defineScript, type Script } from './script.ts';

/** How many entries of one schedule are kept. */
const KEPT_ENTRIES = 100;
/** How many schedules that do not exist (yet, or any more) may have entries. */
const MAX_STRAYS = 1000;

const SCHEDULE_KEYS = [
  'pj:schedules',
  'pj:schedule-ids',
  'pj:due',
  'pj:revision',
  'pj:watch',
] as const;
const LEDGER_KEYS = ['pj:ledger', 'pj:strays'] as const;

/**
 * A schedule is kept as text, as it was given, since Lua would not keep its numbers: `pj:schedules` holds
 * `revision\\0nextAt\\0claim\\0jobName\\0spec\\0state`. The claim names the call that wrote it, so that one that is
 * repeated after its answer was lost knows its own doing.
 */
const SCHEDULE_LUA = `
local SEPARATOR = '\\0'
local function split(text)
  local parts, from = {}, 1
  for i = 1, 5 do
    local at = string.find(text, SEPARATOR, from, true)
    parts[i] = string.sub(text, from, at - 1)
    from = at + 1
  end
  parts[6] = string.sub(text, from)
  return parts
end

local function write(id, nextAt, claim, jobName, spec, state)
  local revision = call('INCR', revisionKey)
  local text = table.concat({ string.format('%.0f', revision), nextAt, claim, jobName, spec, state }, SEPARATOR)
  call('HSET', schedulesKey, id, text)
  call('ZADD', scheduleIdsKey, 0, id)
  if nextAt == '' then call('ZREM', dueKey, id) else call('ZADD', dueKey, nextAt, id) end
  call('PUBLISH', watchKey, id)
  return text
end
`;

const LEDGER_LUA = `
local function ticksOf(id) return prefix .. 'pj:ticks:' .. id end
local function detailsOf(id) return prefix .. 'pj:details:' .. id end
local function forget(id)
  for _, tick in ipairs(call('ZRANGE', ticksOf(id), 0, -1)) do call('ZREM', ledgerKey, tick .. ':' .. id) end
  call('DEL', ticksOf(id), detailsOf(id))
  call('ZREM', straysKey, id)
end

local function boundStrays(id)
  if call('HEXISTS', schedulesKey, id) == 1 then return end
  local known = call('ZREVRANGE', straysKey, 0, 0, 'WITHSCORES')
  call('ZADD', straysKey, 'NX', known[2] and tonumber(known[2]) + 1 or 1, id)
  if call('ZCARD', straysKey) <= ${MAX_STRAYS} then return end
  for _, stray in ipairs(call('ZRANGE', straysKey, 0, 99)) do
    call('ZREM', straysKey, stray)
    if call('HEXISTS', schedulesKey, stray) == 0 then return forget(stray) end
  end
end

local function record(id, tick, detail)
  call('ZADD', ticksOf(id), tick, tick)
  call('HSET', detailsOf(id), tick, detail)
  call('ZADD', ledgerKey, tick, tick .. ':' .. id)
  for _, old in ipairs(call('ZRANGE', ticksOf(id), 0, -${KEPT_ENTRIES + 1})) do
    call('ZREM', ticksOf(id), old)
    call('HDEL', detailsOf(id), old)
    call('ZREM', ledgerKey, old .. ':' .. id)
  end
  boundStrays(id)
end
`;

/**
 * Creates or changes a schedule. Arguments: id, expected revision or nothing, nextAt or nothing, claim, job
 * name, spec, state. Answers the record, or nothing when refused.
 */
export const putScheduleScript: Script = defineScript(
  'PutSchedule',
  SCHEDULE_KEYS,
  SCHEDULE_LUA,
  `
local id, expected, claim = arg(1), arg(2), arg(4)
local stored = call('HGET', schedulesKey, id)
local parts = stored and split(stored)
if parts and parts[3] == claim then return stored end
if expected ~= '' and expected ~= (parts and parts[1] or '0') then return false end
return write(id, arg(3), claim, arg(5), arg(6), arg(7))
`,
);

/** Removes a schedule and its ledger. Arguments: id. Answers whether there was one. */
export const removeScheduleScript: Script = defineScript(
  'RemoveSchedule',
  [...SCHEDULE_KEYS, ...LEDGER_KEYS],
  LEDGER_LUA,
  `
if call('HDEL', schedulesKey, arg(1)) == 0 then return 0 end
call('ZREM', scheduleIdsKey, arg(1))
call('ZREM', dueKey, arg(1))
forget(arg(1))
call('PUBLISH', watchKey, arg(1))
return 1
`,
);

/** Lists schedules by id. Arguments: behind which id or nothing, at most how many. Answers id and record, alternating. */
export const listSchedulesScript: Script = defineScript(
  'ListSchedules',
  SCHEDULE_KEYS,
  `
local from = arg(1) == '' and '-' or '(' .. arg(1)
local found = {}
for _, id in ipairs(call('ZRANGEBYLEX', scheduleIdsKey, from, '+', 'LIMIT', 0, arg(2))) do
  found[#found + 1] = id
  found[#found + 1] = call('HGET', schedulesKey, id)
end
return found
`,
);

/**
 * Reads what is due. Arguments: now, at most how many. Answers when the next one behind them is due or
 * nothing, then id and record, alternating.
 */
export const dueSchedulesScript: Script = defineScript(
  'DueSchedules',
  SCHEDULE_KEYS,
  `
local due = call('ZRANGEBYSCORE', dueKey, '-inf', arg(1), 'LIMIT', 0, arg(2))
local behind = call('ZRANGE', dueKey, #due, #due, 'WITHSCORES')
local found = { behind[2] or '' }
for _, id in ipairs(due) do
  found[#found + 1] = id
  found[#found + 1] = call('HGET', schedulesKey, id)
end
return found
`,
);

/**
 * Claims ticks: schedule, jobs and ledger change together. Arguments: id, expected revision, nextAt or
 * nothing, claim, state, how many entries, the entries (schedule, tick, detail each), the jobs. Answers the
 * record and what became of each job, or nothing when refused.
 */
export const fireScheduleScript: Script = defineScript(
  'FireSchedule',
  [...new Set([...ADD_KEYS, ...SCHEDULE_KEYS, ...LEDGER_KEYS])],
  ...ADD_PARTS,
  SCHEDULE_LUA,
  LEDGER_LUA,
  `
local id, claim, entries = arg(1), arg(4), tonumber(arg(6))
local stored = call('HGET', schedulesKey, id)
if not stored then return false end
local parts = split(stored)
local again = parts[3] == claim
if not again and parts[1] ~= arg(2) then return false end
local text = again and stored or write(id, arg(3), claim, parts[4], parts[5], arg(5))
for i = 0, entries - 1 do record(arg(7 + 3 * i), arg(8 + 3 * i), arg(9 + 3 * i)) end
local results = {}
for first = 7 + 3 * entries, #ARGV - 1, ${ARGUMENTS_PER_JOB} do results[#results + 1] = addJob(first) end
return { text, results, again and 1 or 0 }
`,
);

/** Writes ledger entries. Arguments: the entries (schedule, tick, detail each). */
export const recordTicksScript: Script = defineScript(
  'RecordTicks',
  [...SCHEDULE_KEYS, ...LEDGER_KEYS],
  LEDGER_LUA,
  `
for i = 1, #ARGV - 1, 3 do record(arg(i), arg(i + 1), arg(i + 2)) end
return 1
`,
);

/** Reads the ledger, latest first. Arguments: the schedule or nothing, at most how many. Answers schedule, tick, detail. */
export const readLedgerScript: Script = defineScript(
  'ReadLedger',
  LEDGER_KEYS,
  LEDGER_LUA,
  `
local id, last = arg(1), tonumber(arg(2)) - 1
local found = {}
local function add(schedule, tick)
  found[#found + 1] = schedule
  found[#found + 1] = tick
  found[#found + 1] = call('HGET', detailsOf(schedule), tick)
end
if id ~= '' then
  for _, tick in ipairs(call('ZREVRANGE', ticksOf(id), 0, last)) do add(id, tick) end
else
  for _, member in ipairs(call('ZREVRANGE', ledgerKey, 0, last)) do
    local at = string.find(member, ':', 1, true)
    add(string.sub(member, at + 1), string.sub(member, 1, at - 1))
  end
end
return found
`,
);
