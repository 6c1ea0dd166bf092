-- Files the lines of limited names by their first entries. Needs ordered-lines.lua, and `headOf` for a fair order.

-- Files a line by its first entry, or removes it when it has none. One whose rate is used up ('t') waits for its time
-- in pj:openings, and for a start that is given back in the set of that rate. One that waits for a slot opens if that is
-- free, unless it "stays". Returns its barrier, and whether its place changed.
local function settle(line, stays)
  local head = headOf(line)
  local barrier = not line.isOpen and call('HGET', shutKey, line.id)
  local place = barrier == 't' and ratedOf(line) or barrier and placeOf(barrier) or openKey
  local before = call('HGET', filedKey, line.id)
  if before and head and before == head.mark then return barrier end
  local isFiled = before and call('ZREM', place, before .. line.id) == 1
  if barrier and head and not stays and isFree(line, barrier) then
    call('HDEL', shutKey, line.id)
    wake()
    barrier, place = false, openKey
  end
  if not head then
    call('HDEL', filedKey, line.id)
    if barrier then call('HDEL', shutKey, line.id) end
    if barrier == 't' then call('ZREM', openingsKey, line.id) end
  elseif barrier ~= 't' or isFiled then
    call('ZADD', place, head.class, head.mark .. line.id)
    call('HSET', filedKey, line.id, head.mark)
  end
  return barrier, before
end

-- Opens lines filed under a barrier, as the first ones: where a key has started a job of another line since its own was
-- filed, that is filed again. Returns how many of those wanted are still to be opened.
local function openTurns(place, left)
  for _ = 1, 50 do
    local first = left > 0 and call('ZRANGE', place, 0, 0, 'WITHSCORES') or {}
    if not first[1] then return 0 end
    local line = parseLine(string.sub(first[1], WIDTH + 1))
    local head = headOf(line)
    call('ZREM', place, first[1])
    if head and head.mark == string.sub(first[1], 1, WIDTH) then
      call('HDEL', shutKey, line.id)
      call('ZADD', openKey, first[2], first[1])
      left = left - 1
    else settle(line, true) end
  end
  return left
end

-- Opens a line that was filed under a barrier, to be checked again.
local function openShut(line, barrier)
  local mark = call('HGET', filedKey, line.id)
  if barrier == 't' then call('ZREM', openingsKey, line.id) end
  call('HDEL', shutKey, line.id)
  if mark then
    call('ZREM', barrier == 't' and ratedOf(line) or placeOf(barrier), mark .. line.id)
    call('HDEL', filedKey, line.id)
  end
  settle(line)
end

-- Opens the first line that waits for a start of a rate. As under a slot, the place of its key may be from before.
local function openRated(line)
  local place = ratedOf(line)
  for tries = 1, 50 do
    local first = call('ZRANGE', place, 0, 0)[1]
    if not first then return nil end
    local other = parseLine(string.sub(first, WIDTH + 1))
    local isWaiting = call('HGET', shutKey, other.id) == 't'
    local head = isFair and tries < 50 and isWaiting and headOf(other)
    if head and head.mark ~= string.sub(first, 1, WIDTH) then settle(other)
    else
      if isWaiting then openShut(other, 't') end
      call('ZREM', place, first)
      return first
    end
  end
end

-- Drops an id whose job BullMQ removed. Its entry in a line goes when it is the first.
local function dropParked(key, _, id) call('ZREM', key, id) end
