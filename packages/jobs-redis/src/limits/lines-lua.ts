/** Notes that names are limited, where short scripts need not ask: all of them, each between NULs; `1` if they are many. */
export const NOTE_LIMITED_LUA: string = `
local names = call('HLEN', limitsKey) <= 32 and call('HKEYS', limitsKey)
call('HSET', metaKey, 'pj:limited', names and '\\0' .. table.concat(names, '\\0') .. '\\0' or 1)
`;

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

/**
 * Keeps the first lines open while slots are free: of the lines of a name that are open or wait for one of its slots, at
 * least as many as there are free slots are open, the first ones. Needs LIMIT_LUA.
 */
export const GIVING_WAY_LUA: string = `
-- Moves up to "most" lines filed under a barrier back to pj:open, so that the next start checks them again.
local function reopen(barrier, most)
  wake()
  local place, left = placeOf(barrier), most or 1
  if isOrdered and isFair then left = openTurns(place, left) end
  local lines = left > 0 and call('ZPOPMIN', place, left) or {}
  for i = 1, #lines, 2 do
    call('HDEL', shutKey, string.sub(lines[i], WIDTH + 1))
    call('ZADD', openKey, lines[i + 1], lines[i])
  end
end

-- An open line goes back, ends, or is shut by another barrier, and leaves its slots free: opens the first of the lines
-- that wait for one.
local function giveWay(line)
  if isFree(line, 'c') then reopen('c' .. line.name) end
  if isFree(line, 'k') then reopen('k' .. sized(line.name) .. line.ck) end
end

-- Returns whether a shut line that is alone in pj:open stays there: it hides no other line, and leaves no slot free that
-- others wait for.
local function mayStay(line, kind)
  if kind == 'k' then return not isFree(line, 'c') or call('EXISTS', placeOf('c' .. line.name)) == 0 end
  return kind ~= 't'
end
`;

/** Files the lines by the positions of their first jobs. Needs LIMIT_LUA. */
export const LINES_LUA: string = `
-- What stands before the id of a line where it is filed: nothing, and in an ordered queue a mark.
local WIDTH = 0
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
