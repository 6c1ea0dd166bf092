import type { AddAnswer } from '../store/add-answer.ts';
import { STAGED_LUA, type StagedAnswer } from '../workflow/stage-lua.ts';
import { ADD_LUA, JOB_ARGUMENTS } from './add-jobs-script.ts';
import { KEY_LUA } from './deduplicate-lua.ts';
import { defineScript, type Script, type Words } from './script.ts';

/** How many schedules that do not exist (not yet, or no longer) may have ledger entries. */
const MAX_STRAYS = 1000;

/**
 * A schedule is kept as text, as it was given, since Lua would not keep its numbers: `pj:schedules` holds
 * `revision\\0nextAt\\0claim\\0jobName\\0spec\\0state`. The claim names the call that wrote it, so that a call
 * repeated after its answer was lost recognizes its own change.
 */
const SCHEDULE_LUA = `
local function split(text)
  return { string.match(text, '^(%Z*)%z(%Z*)%z(%Z*)%z(%Z*)%z(%Z*)%z(.*)$') }
end

local function write(id, nextAt, claim, jobName, spec, state)
  local revision = call('INCR', revisionKey)
  local text = table.concat({ string.format('%.0f', revision), nextAt, claim, jobName, spec, state }, '\\0')
  call('HSET', schedulesKey, id, text)
  call('ZADD', scheduleIdsKey, 0, id)
  if nextAt == '' then call('ZREM', dueKey, id) else call('ZADD', dueKey, nextAt, id) end
  call('PUBLISH', watchKey, id)
  if revision == 1 then call('SET', lifeKey, claim) end
  return text
end
`;

/**
 * The ledger of a schedule: a hash of its entries by tick, and a list of the ticks in the order in which they
 * were first written. `pj:ledger` holds the latest tick of each schedule.
 */
const LEDGER_LUA = `
local function writtenOf(id) return prefix .. 'pj:written:' .. id end
local function detailsOf(id) return prefix .. 'pj:details:' .. id end
local function forget(id)
  call('DEL', writtenOf(id), detailsOf(id))
  call('ZREM', ledgerKey, id)
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

local function latestOf(id)
  local latest
  for _, tick in ipairs(call('LRANGE', writtenOf(id), 0, -1)) do
    if not latest or tonumber(tick) > latest then latest = tonumber(tick) end
  end
  return latest
end

local function record(id, tick, detail, keep, known)
  if known and call('HEXISTS', detailsOf(id), tick) == 0 then return end
  if call('HSET', detailsOf(id), tick, detail) == 0 then return end
  local count = call('RPUSH', writtenOf(id), tick)
  local latest = tonumber(call('ZSCORE', ledgerKey, id) or tick)
  if tonumber(tick) >= latest then call('ZADD', ledgerKey, tick, id) end
  for _ = keep + 1, count do
    local old = call('LPOP', writtenOf(id))
    call('HDEL', detailsOf(id), old)
    if tonumber(old) == tonumber(call('ZSCORE', ledgerKey, id)) then call('ZADD', ledgerKey, string.format('%.0f', latestOf(id) or 0), id) end
  end
  boundStrays(id)
end
`;

/**
 * Creates or changes schedules: all, or none. It takes, for each: id, the revision it must have (0: there is
 * none) or nothing, nextAt or nothing, job name, spec, state. Returns the records, or nothing when refused.
 */
export const putSchedulesScript: Script<never, string[] | null> = defineScript('PutAll', 'once')`
${SCHEDULE_LUA}
for i = 1, restSize, 6 do
  local stored = call('HGET', schedulesKey, rest(i))
  if rest(i + 1) ~= '' and rest(i + 1) ~= (stored and split(stored)[1] or '0') then return false end
end
local records = {}
for i = 1, restSize, 6 do
  records[#records + 1] = write(rest(i), rest(i + 2), once, rest(i + 3), rest(i + 4), rest(i + 5))
end
return records
`;

/** Removes a schedule and its ledger. Returns whether there was one. */
export const removeScheduleScript: Script<'id'> = defineScript('RemoveSchedule', 'once id')`
${LEDGER_LUA}
if call('HDEL', schedulesKey, id) == 0 then return 0 end
call('ZREM', scheduleIdsKey, id)
call('ZREM', dueKey, id)
call('DEL', prefix .. 'pj:runs:' .. id)
forget(id)
call('PUBLISH', watchKey, id)
return 1
`;

/** Lists schedules by id, behind one or from the start. Returns id and record, alternating. */
export const listSchedulesScript: Script<'behind' | 'limit', string[]> = defineScript(
  'ListSchedules',
  'behind limit',
)`
local from = behind == '' and '-' or '(' .. behind
local found = {}
for _, id in ipairs(call('ZRANGEBYLEX', scheduleIdsKey, from, '+', 'LIMIT', 0, limit)) do
  found[#found + 1] = id
  found[#found + 1] = call('HGET', schedulesKey, id)
end
return found
`;

/**
 * Reads the schedules that are due at a time, by default the server's, behind the time and the id of the last
 * schedule read, if any.
 * Returns the time it used, the generation of the stored data, when the next
 * schedule after these is due or nothing, then id and record, alternating.
 */
export const dueSchedulesScript: Script<
  'now' | 'most' | 'fromScore' | 'fromId',
  [now: string, life: string, behind: string, ...found: string[]]
> = defineScript('DueSchedules', 'now most fromScore fromId')`
local limit = tonumber(most)
if now == '' then
  local time = call('TIME')
  now = string.format('%.0f', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
end
local first = 0
if fromScore ~= '' then
  -- If the last schedule read is gone meanwhile, reads all of its time again rather than leave one out.
  local rank = call('ZRANK', dueKey, fromId)
  first = rank and call('ZSCORE', dueKey, fromId) == fromScore and rank + 1 or call('ZCOUNT', dueKey, '-inf', '(' .. fromScore)
end
local found = { now, call('GET', lifeKey) or '', '' }
if limit > 0 then
  for _, id in ipairs(call('ZRANGEBYSCORE', dueKey, '-inf', now, 'LIMIT', first, limit)) do
    found[#found + 1] = id
    found[#found + 1] = call('HGET', schedulesKey, id)
  end
end
local behind = call('ZRANGE', dueKey, first + (#found - 3) / 2, first + (#found - 3) / 2, 'WITHSCORES')
found[3] = behind[2] or ''
return found
`;

const FIRE_ARGUMENTS =
  'id expected nextAt claim state keep track entries others otherNextAt otherState';

/**
 * Claims ticks: schedule, jobs and ledger change together. After the arguments come as many ledger entries as they say
 * (schedule, tick, detail each), then those to write if another job holds the key of the only job, then the jobs, which
 * are remembered as runs if `track` says so. Returns the record, the outcome of each job, and whether this claim had
 * come before; or nothing when refused.
 */
export const fireScheduleScript: Script<
  Words<typeof FIRE_ARGUMENTS>,
  [record: string, results: AddAnswer[], again: number] | StagedAnswer | null
> = defineScript('FireSchedule', FIRE_ARGUMENTS)`
${KEY_LUA}${ADD_LUA}${STAGED_LUA}${SCHEDULE_LUA}${LEDGER_LUA}
local stored = call('HGET', schedulesKey, id)
if not stored then return false end
local parts = split(stored)
local again = parts[3] == claim
if not again and parts[1] ~= expected then return false end
local firstJob = 3 * (entries + (tonumber(others) or 0)) + 1
for first = firstJob, restSize, ${JOB_ARGUMENTS.length} do
  local staged = stagedBy(rest(first), rest(first + ${JOB_ARGUMENTS.indexOf('key')}))
  if staged then return staged end
end
local results = {}
for first = firstJob, restSize, ${JOB_ARGUMENTS.length} do results[#results + 1] = addJob(first) end
local from = 1
if others ~= '' and results[1] and results[1][2] == 'd' and results[1][1] ~= rest(firstJob) then
  from, entries, nextAt, state = 3 * entries + 1, others, otherNextAt, otherState
end
local text = again and stored or write(id, nextAt, claim, parts[4], parts[5], state)
for i = from, from + 3 * entries - 1, 3 do record(rest(i), rest(i + 1), rest(i + 2), tonumber(keep)) end
if track == '1' then
  for first = firstJob, restSize, ${JOB_ARGUMENTS.length} do
    call('ZADD', prefix .. 'pj:runs:' .. id, 'NX', string.match(text, '^%d+'), rest(first))
  end
end
return { text, results, again and 1 or 0 }
`;

/** Writes ledger entries (schedule, tick, detail each); if `known` only such as replace one. */
export const recordTicksScript: Script<'keep' | 'known'> = defineScript(
  'RecordTicks',
  'keep known',
)`
${LEDGER_LUA}
for i = 1, restSize, 3 do record(rest(i), rest(i + 1), rest(i + 2), tonumber(keep), known == '1') end
return 1
`;

/**
 * Lists the jobs of a schedule that have not ended, and forgets those that can never run again: of ended jobs, only
 * a failed one can be put back. Returns stored ids of jobs.
 */
export const liveRunsScript: Script<'id', string[]> = defineScript('LiveRuns', 'id')`
local live, runs = {}, prefix .. 'pj:runs:' .. id
for _, run in ipairs(call('ZRANGE', runs, 0, -1)) do
  local job = call('HMGET', prefix .. run, 'name', 'finishedOn')
  if not job[1] or call('ZSCORE', completedKey, run) then call('ZREM', runs, run)
  elseif not job[2] then live[#live + 1] = run end
end
return live
`;

/** Reads the ledger of a schedule, or of all, latest first. Returns schedule, tick, detail. */
export const readLedgerScript: Script<'id' | 'most', string[]> = defineScript(
  'ReadLedger',
  'id most',
)`
local limit = tonumber(most)
local ids, least = { id }, -math.huge
if id == '' then
  -- The latest n entries of all belong to the n schedules with the latest ticks: reads only those schedules.
  ids = {}
  local latest = call('ZREVRANGE', ledgerKey, 0, limit - 1, 'WITHSCORES')
  for i = 1, #latest, 2 do ids[#ids + 1] = latest[i] end
  if #ids == limit then least = tonumber(latest[#latest]) end
end
local entries = {}
for _, schedule in ipairs(ids) do
  for _, tick in ipairs(call('LRANGE', prefix .. 'pj:written:' .. schedule, 0, -1)) do
    if tonumber(tick) >= least then entries[#entries + 1] = { schedule, tick, tonumber(tick) } end
  end
end
table.sort(entries, function(a, b) return a[3] > b[3] end)
local found = {}
for i = 1, math.min(limit, #entries) do
  found[#found + 1] = entries[i][1]
  found[#found + 1] = entries[i][2]
  found[#found + 1] = call('HGET', prefix .. 'pj:details:' .. entries[i][1], entries[i][2])
end
return found
`;
