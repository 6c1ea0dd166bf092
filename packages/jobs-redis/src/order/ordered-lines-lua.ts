import { GIVING_WAY_LUA } from '../limits/lines-lua.ts';

/**
 * Keeps the waiting jobs of a queue whose order is not first in, first out: in sets of our own, which a raw BullMQ
 * worker does not read. `pj:ordered` has all of them by position, as BullMQ's prioritised set would have them, for lists,
 * counts and for taking a job out. Each stands in a line besides: that of its limits (see LIMIT_LUA), or the main line.
 *
 * A line (`lineup`) is a set scored by the class of each entry. Entries of one class are sorted by their bytes: a mark,
 * which is the number and what decides between equal numbers, and then the job; in a `fair` order the key, whose own
 * jobs are in a `queue` by position, and whose mark is that of the first. So no number has to fit a score, and no claim
 * looks at more than the first entries. A line of a limited name is filed in `pj:open` or under its barrier by the class
 * and mark of its first entry.
 *
 * All keys but `pj:ordered` have the revision of the order in their name: a new order starts from nothing.
 */
export const ORDERED_LINES_LUA: string = `
local isFair = policy == 'fair'
local WIDTH = isFair and 20 or 12
local MAIN = { id = '' }
local filedKey = own .. 'filed'

-- Writes a number so that its bytes sort as numbers do.
local function bytesOf(number)
  local text = struct.pack('>d', number)
  if number >= 0 then return string.char(string.byte(text) + 128) .. string.sub(text, 2) end
  return (string.gsub(text, '.', function(byte) return string.char(255 - string.byte(byte)) end))
end

local function isBefore(one, other)
  if one.class ~= other.class then return one.class < other.class end
  for at = 1, WIDTH do
    local a, b = string.byte(one.mark, at), string.byte(other.mark, at)
    if a ~= b then return a < b end
  end
  return false
end

local function lineupOf(line) return own .. 'lineup:' .. line.id end
local function placeOf(barrier) return barrier == 't' and openingsKey or own .. 'shut:' .. barrier end
local function ratedOf(line) return own .. 'rated:' .. sized(line.name) .. (line.rk and '+' .. line.rk or '') end

-- Returns the class and mark of the first entry of a line.
local headOf
if not isFair then
  headOf = function(line)
    local first = call('ZRANGE', lineupOf(line), 0, 0, 'WITHSCORES')
    return first[1] and { class = tonumber(first[2]), mark = string.sub(first[1], 1, WIDTH) }
  end
end
`;

/** Files the lines of limited names by their first entries. Needs ORDERED_LINES_LUA, and `headOf` for a fair order. */
export const ORDERED_FILING_LUA: string = `
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

${GIVING_WAY_LUA}
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
`;
