-- Keeps the waiting jobs of a queue whose order is not first in, first out: in sets of our own, which a raw BullMQ
-- worker does not read. `pj:ordered` has all of them by position, as BullMQ's prioritised set would have them, for lists,
-- counts and for taking a job out. Each stands in a line besides: that of its limits (see limits.lua), or the main line.
--
-- A line (`lineup`) is a set scored by the class of each entry. Entries of one class are sorted by their bytes: a mark,
-- which is the number and what decides between equal numbers, and then the job; in a `fair` order the key, whose own
-- jobs are in a `queue` by position, and whose mark is that of the first. So no number has to fit a score, and no claim
-- looks at more than the first entries. A line of a limited name is filed in `pj:open` or under its barrier by the class
-- and mark of its first entry.
--
-- All keys but `pj:ordered` have the revision of the order in their name: a new order starts from nothing.

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
local function ratedOf(line) return own .. 'rated:' .. sized(shared.ownerOf(line.name, line.rk)) .. (line.rk and '+' .. line.rk or '') end

-- Returns the class and mark of the first entry of a line.
local headOf
if not isFair then
  headOf = function(line)
    local first = call('ZRANGE', lineupOf(line), 0, 0, 'WITHSCORES')
    return first[1] and { class = tonumber(first[2]), mark = string.sub(first[1], 1, WIDTH) }
  end
end
