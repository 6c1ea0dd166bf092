-- Files the lines by the positions of their first jobs. Needs limits.lua.

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
