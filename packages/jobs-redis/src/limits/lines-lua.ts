import { ORDERED_NEXT_LINE_LUA } from '../order/ordered-lines-lua.ts';
import type { ScriptPart } from '../script/script.ts';
import { GIVING_WAY_LUA } from './giving-way-lua.ts';

/** Joins texts, each with its length before it, and reads them back. */
export const SIZED_LUA: string = `
local function sized(text) return #text .. ':' .. text end
local function unsized(text)
  local size, at = string.match(text, '^(%d+):()')
  return string.sub(text, at, at + size - 1), string.sub(text, at + size)
end
`;

/**
 * Keeps the waiting jobs of limited names apart from all others: in lines, one for each name and pair of keys, in
 * no set of BullMQ's. The same limits apply to all jobs of a line. A line believed open is in `pj:open`, scored by
 * the position (`turn`) of its first job. A line found shut is filed under its barrier, waiting for that to change:
 *
 *   c<name>       the name's concurrency is used up             rechecked when one of its jobs ends
 *   k<name><key>  the key's concurrency is used up              rechecked when one of its jobs ends
 *   p<name>       jobs of the name are paused                   rechecked when that changes
 *   t             the rate is used up, or it is held back       rechecked at its time in `pj:openings`
 *
 * Lines whose rate is used up are in `pj:rated:…` as well, a set for each rate, scored by the position of their first
 * job: when a start is given back, the first of them opens early.
 *
 * So a start costs the same however many jobs and lines are waiting. Needs READY_LUA's beginning, and the keys `pj:open`,
 * `pj:shut`, `pj:openings`, `pj:held`.
 */
export const LIMIT_LUA: string = `
-- BullMQ's obliterate deletes what says that names are limited and jobs ordered; it leaves the limits and those jobs.
-- Returns whether the jobs are ordered and this script does not know it.
local function restoreMeta()
  local known = (metaOf('pj:limited') and 1 or 0) + (metaOf('pj:order') and 1 or 0)
  if known == 2 or call('EXISTS', limitsKey, lineupKey) == known then return false end
  -- A full server refuses it: then a later script writes it.
  if not metaOf('pj:limited') and call('EXISTS', limitsKey) == 1 then
    meta['pj:limited'] = '1'
    redis.pcall('HSET', metaKey, 'pj:limited', 1)
  end
  local lineup = not metaOf('pj:order') and call('GET', lineupKey)
  return lineup and type(redis.pcall('HSET', metaKey, 'pj:order', lineup)) == 'number'
end

-- Returns the limits of a name, false for a name without limits.
local limits = {}
local function limitOf(name)
  local limit = limits[name]
  if limit == nil then
    local text = metaOf('pj:limited') and call('HGET', limitsKey, name)
    local c, k, max, per, paused = string.match(text or '', '^([^,]*),([^,]*),([^,]*),([^,]*),(.*)$')
    limit = paused and { c = tonumber(c), k = tonumber(k), max = tonumber(max), per = tonumber(per), paused = paused == '1' } or false
    limits[name] = limit
  end
  return limit
end

${SIZED_LUA}
local function lineOf(name, ck, rk)
  return { name = name, ck = ck, rk = rk, id = sized(name) .. (ck and '+' .. sized(ck) or '-') .. (rk and '+' .. rk or '-') }
end
local function parseLine(id)
  local name, left = unsized(id)
  local ck = false
  if string.sub(left, 1, 1) == '+' then ck, left = unsized(string.sub(left, 2)) else left = string.sub(left, 2) end
  return { id = id, name = name, ck = ck, rk = string.sub(left, 1, 1) == '+' and string.sub(left, 2) }
end
local function lineOfJob(id, name)
  local keys = call('HMGET', prefix .. id, 'pj:ck', 'pj:rk')
  return lineOf(name, keys[1], keys[2])
end

-- A job without keys is in the set of its name (pj:parked). A job with keys is in the set of its line and in pj:keyed.
local function parkedOf(name) return prefix .. 'pj:parked:' .. name end
local function keyedOf(name) return prefix .. 'pj:keyed:' .. name end
local function jobsOf(line) return line.ck == false and line.rk == false and parkedOf(line.name) or prefix .. 'pj:line:' .. line.id end
local function slotsOf(name) return prefix .. 'pj:slots:' .. name end
local function keySlotsOf(line) return prefix .. 'pj:key-slots:' .. sized(line.name) .. line.ck end
-- A slot of a name holds the key of its job as well: a job that is gone can no longer say which key it had.
local function slotOf(id, ck) return ck and id .. '\\0' .. ck or id end
local function startsOf(line) return prefix .. 'pj:starts:' .. sized(line.name) .. (line.rk and '+' .. line.rk or '') end
local function ratedOf(line) return prefix .. 'pj:rated:' .. sized(line.name) .. (line.rk and '+' .. line.rk or '') end
local function placeOf(barrier) return barrier == 't' and openingsKey or prefix .. 'pj:shut:' .. barrier end

-- Returns whether a slot is free of a name ('c…') or of a key of it ('k…').
local function isFree(line, barrier)
  local limit, kind = limitOf(line.name), string.sub(barrier, 1, 1)
  if kind == 'c' then return limit and limit.c and call('SCARD', slotsOf(line.name)) < limit.c end
  return kind == 'k' and limit and limit.k and line.ck and call('SCARD', keySlotsOf(line)) < limit.k
end
`;

/** Files the lines by the positions of their first jobs. Needs LIMIT_LUA. */
export const LINES_LUA: string = `
-- Moves up to "most" lines filed under a barrier back to pj:open, so that the next start checks them again.
local function reopen(barrier, most)
  wake()
  local lines = call('ZPOPMIN', placeOf(barrier), most or 1)
  for i = 1, #lines, 2 do
    call('HDEL', shutKey, lines[i])
    call('ZADD', openKey, lines[i + 1], lines[i])
  end
end
${GIVING_WAY_LUA}
-- The lowest position at which this script already filed each line: of many jobs of a line, only the first files it.
local noted = {}
-- park puts a job into its line. A line filed by time ('t') stays there until that time, whatever its first job is. One
-- that waits for a slot opens if it goes further to the front while a slot is free.
local function park(id, line, turn)
  call('ZADD', jobsOf(line), turn, id)
  if line.ck or line.rk then call('ZADD', keyedOf(line.name), turn, id) end
  if noted[line.id] and noted[line.id] <= turn then return end
  noted[line.id] = turn
  local barrier = call('HGET', shutKey, line.id)
  if not barrier then
    call('ZADD', openKey, 'LT', turn, line.id)
    wake()
  elseif barrier == 't' then
    call('ZADD', ratedOf(line), 'XX', 'LT', turn, line.id)
  elseif call('ZADD', placeOf(barrier), 'LT', 'CH', turn, line.id) == 1 and isFree(line, barrier) then
    call('ZREM', placeOf(barrier), line.id)
    call('HDEL', shutKey, line.id)
    call('ZADD', openKey, turn, line.id)
    wake()
  end
end

-- Files a line by the position of its first job, or removes it when no job is left in it. Returns whether it was open
-- and its place changed.
local function settle(line)
  noted[line.id] = nil
  local first = call('ZRANGE', jobsOf(line), 0, 0, 'WITHSCORES')
  local barrier = not line.isOpen and call('HGET', shutKey, line.id)
  local place = barrier and placeOf(barrier) or openKey
  if not first[1] then
    local wasFiled = call('ZREM', place, line.id) == 1
    if barrier then call('HDEL', shutKey, line.id) end
    if barrier == 't' then call('ZREM', ratedOf(line), line.id) end
    return wasFiled and not barrier
  elseif barrier == 't' then
    call('ZADD', ratedOf(line), 'XX', first[2], line.id)
    return false
  end
  return call('ZADD', place, 'CH', first[2], line.id) == 1 and not barrier
end

-- Opens a line that was filed under a barrier, to be checked again.
local function openShut(line, barrier)
  call('ZREM', placeOf(barrier), line.id)
  call('HDEL', shutKey, line.id)
  if barrier == 't' then call('ZREM', ratedOf(line), line.id) end
  settle(line)
end

-- A start under the rate of a line is free: opens the first of the lines that share the rate (and differ in their
-- concurrency keys) and were shut because it was used up. Returns whether there was one.
local function openRated(line)
  local first = call('ZPOPMIN', ratedOf(line))[1]
  if first and call('HGET', shutKey, first) == 't' then openShut(parseLine(first), 't') end
  return first
end

-- Drops an id whose job BullMQ removed, from one of the sets of a name.
local function dropParked(key, name, id)
  call('ZREM', key, id)
  local line = lineOf(name, false, false)
  if key == parkedOf(name) and settle(line) then giveWay(line) end
end

-- Takes a waiting job out of its line, and files the line again.
local function unpark(id, name)
  if not limitOf(name) then return end
  local line = lineOfJob(id, name)
  call('ZREM', jobsOf(line), id)
  if line.ck or line.rk then call('ZREM', keyedOf(name), id) end
  if settle(line) then giveWay(line) end
end
`;

/** Decides which lines may start a job now. Needs LINES_LUA and `now`. */
export const BARRIER_LUA: string = `
-- Returns the barrier that shuts a line, and its time in ms if it opens at a time; nothing when the line is open.
-- Sets line.free to how many jobs may start now. Under a full rate, the start that is "max" starts ago decides: the
-- next start is allowed "per" ms after it.
local function barrierOf(line)
  local limit = limitOf(line.name)
  if limit.paused then return 'p' .. line.name end
  local opensAt = now
  if tonumber(metaOf('pj:held') or 0) > now then
    local name = sized(line.name)
    for _, at in ipairs(call('HMGET', heldKey, 'n' .. name, 'c' .. name .. (line.ck or ''), 'r' .. name .. (line.rk or ''))) do
      opensAt = math.max(opensAt, tonumber(at or 0))
    end
  end
  line.free = 64
  if limit.max then
    line.starts = call('ZCARD', startsOf(line))
    if line.starts >= limit.max then
      local before = call('ZRANGE', startsOf(line), line.starts - limit.max, line.starts - limit.max, 'WITHSCORES')
      -- A start later than now was counted before the server's clock was set back.
      if tonumber(before[2]) > now then
        for _, start in ipairs(call('ZRANGEBYSCORE', startsOf(line), '(' .. now, '+inf')) do call('ZADD', startsOf(line), now, start) end
        before[2] = now
      end
      opensAt = math.max(opensAt, before[2] + limit.per)
      line.free = 1
    else
      line.free = limit.max - line.starts
    end
  end
  if opensAt > now then return 't', opensAt end
  if limit.k and line.ck then
    line.free = math.min(line.free, limit.k - call('SCARD', keySlotsOf(line)))
    if line.free <= 0 then return 'k' .. sized(line.name) .. line.ck end
  end
  if limit.c then
    line.free = math.min(line.free, limit.c - call('SCARD', slotsOf(line.name)))
    if line.free <= 0 then return 'c' .. line.name end
  end
end
`;

const NEXT_LINE_LUA = `
-- Returns the open line whose first job is next: its position (\`turn\`), how many jobs it may start (\`free\`), and the
-- position of the line behind it. A line found shut is filed under its barrier, so that the lines behind it are found.
-- A shut line that is alone in pj:open stays there: it hides no other line.
local function nextLine()
  for _ = 1, 50 do
    local first = call('ZRANGE', openKey, 0, 1, 'WITHSCORES')
    if not first[1] then return nil end
    local line = parseLine(first[1])
    local barrier, at = barrierOf(line)
    if not barrier then
      line.isOpen, line.turn, line.behind = true, tonumber(first[2]), tonumber(first[4])
      return line
    end
    local kind = string.sub(barrier, 1, 1)
    local limit = limitOf(line.name)
    -- The line leaves a start of its rate free: a line that was shut for want of that start may use it.
    local follows = limit.max and line.starts and line.starts < limit.max and openRated(line)
    if not first[3] and not follows and mayStay(line, kind) then return nil end
    call('ZREM', openKey, line.id)
    call('HSET', shutKey, line.id, barrier)
    call('ZADD', placeOf(barrier), at or first[2], line.id)
    if kind == 't' and limit.max and line.starts >= limit.max then call('ZADD', ratedOf(line), first[2], line.id) end
    if kind == 't' or kind == 'k' then giveWay(line) end
  end
  return nil, true
end

-- Takes the first jobs of a line: as many as may start and come before the first job of the line behind it.
local function takeFrom(line, most)
  local count = math.min(most, line.free)
  if line.behind and count > 1 then count = math.max(1, math.min(count, call('ZCOUNT', jobsOf(line), '-inf', '(' .. string.format('%.0f', line.behind)))) end
  local taken = call('ZPOPMIN', jobsOf(line), count)
  if line.ck or line.rk then
    for i = 1, #taken, 2 do call('ZREM', keyedOf(line.name), taken[i]) end
  end
  settle(line)
  return taken
end

`;

/** Counts the jobs that start and end. Needs BARRIER_LUA. */
const SLOTS_LUA = `
-- Counts the jobs of a line that start: their ids and tokens, alternating.
local function noteStarts(line, started)
  local limit = limitOf(line.name)
  if #started == 0 then return end
  local starts, ids, slots = {}, {}, {}
  for i = 1, #started, 2 do
    ids[#ids + 1] = started[i]
    slots[#ids] = slotOf(started[i], line.ck)
    starts[#starts + 1] = now
    starts[#starts + 1] = started[i] .. ':' .. started[i + 1]
  end
  if limit.max then
    call('ZADD', startsOf(line), unpack(starts))
    call('PEXPIRE', startsOf(line), math.ceil(limit.per) + 1000)
    if (line.starts or 0) > 2 * limit.max then call('ZREMRANGEBYSCORE', startsOf(line), '-inf', now - limit.per) end
  end
  if limit.c or limit.k and line.ck then call('SADD', slotsOf(line.name), unpack(slots)) end
  if limit.k and line.ck then call('SADD', keySlotsOf(line), unpack(ids)) end
end

-- Notes that a job is no longer active. One that never started to run (not started) gives its start under the rate
-- back, which may open its line at once. Slots are freed later, all together, by freeSlots.
local ends = {}
local function noteEnd(job, started)
  local limit = limitOf(job.name)
  if not limit then return end
  local line = lineOf(job.name, job.ck, job.rk)
  if limit.max and not started and call('ZREM', startsOf(line), job.id .. ':' .. job.token) == 1
    then
    if call('HGET', shutKey, line.id) == 't' then openShut(line, 't') end
    openRated(line)
  end
  local function add(key, barrier, slot)
    ends[key] = ends[key] or { barrier = barrier }
    table.insert(ends[key], slot)
  end
  -- Its key may have been limited when it started, though it no longer is.
  if limit.c or line.ck then add(slotsOf(line.name), 'c' .. line.name, slotOf(job.id, line.ck)) end
  if line.ck then add(keySlotsOf(line), 'k' .. sized(line.name) .. line.ck, job.id) end
end

local function freeSlots()
  for key, ids in pairs(ends) do
    local freed = call('SREM', key, unpack(ids))
    if freed > 0 then reopen(ids.barrier, freed) end
  end
end

-- Files lines again whose opening time has come.
local function openDue()
  for _, id in ipairs(call('ZRANGEBYSCORE', openingsKey, '-inf', now, 'LIMIT', 0, 100)) do
    openShut(parseLine(id), 't')
  end
end
`;

/** Decides which lines may start a job now, and counts the jobs that start and end. */
export const GATES_LUA: ScriptPart = {
  fifo: BARRIER_LUA + NEXT_LINE_LUA + SLOTS_LUA,
  ordered: BARRIER_LUA + ORDERED_NEXT_LINE_LUA + SLOTS_LUA,
};
