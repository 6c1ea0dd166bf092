import { PIECE } from './fair-rows-lua.ts';

/** How many pieces of rows are read at most to plan an exchange: more than nearly all take. */
const MOST_PIECES = 6;

/**
 * Plans the starts of an exchange of a fair queue in which only keys of rows start, and each goes on to stand in its row:
 * nearly all of them, while all keys have work. Reads nothing but the first pieces and the jobs that start. Pieces that
 * follow each other are read and moved as one, a run.
 */
export const ROW_PLACES_LUA: string = `
local runs
-- Returns whether that is all that starts.
local function planRows()
  local stored = call('ZRANGE', rowsKey, 0, ${MOST_PIECES - 1}, 'WITHSCORES')
  local class, left, at = stored[2], wanted, 1
  if not class then return false end
  -- The first key of no row goes before a piece if it does so by class, base and number, whose signs are turned.
  local key, number, since = call('ZRANGE', lineupKey, 0, 0, 'WITHSCORES'), -math.huge, 0
  if key[1] then
    if tonumber(key[2]) < tonumber(class) then return false end
    if key[2] == class then number, since = struct.unpack('>dd', key[1]) end
  end
  local found, run = {}, nil
  while left > 0 do
    if stored[at + 1] ~= class then return false end
    local base, first, row, keys, from, to, round, last = struct.unpack('${PIECE}', stored[at])
    if round == last or number > base or number == base and since > first then return false end
    local size = to - from
    if size > left then
      size = left
      found.cut = struct.pack('${PIECE}', base, first - size, row, keys, from + size, to, round, last)
    end
    if run and run.row == row and run.to == from and run.round == round and run.base == base and run.since - (from - run.from) == first then
      run.to = from + size
    else
      run = { base = base, since = first, row = row, keys = keys, from = from, to = from + size, round = round, last = last }
      found[#found + 1] = run
    end
    left, at = left - size, at + 2
  end
  found.pieces, found.class = (at - 1) / 2, class
  found.time, found.keys = string.match(call('HGET', own .. 'classes', class) or '', '^([^,]*),(%d+)$')
  if not found.time then return false end
  local all = {}
  for i, run in ipairs(found) do
    local first, size = 2 * ((run.round - 1) * run.keys + run.from), 2 * (run.to - run.from)
    local jobs = call('LRANGE', own .. 'row:' .. run.row, first, first + size - 1)
    if #jobs < size then return false end
    if i == 1 then all = jobs
    else
      local before = #all
      for at = 1, size do all[before + at] = jobs[at] end
    end
  end
  places, runs = all, found
  return true
end
`;

/** Moves the keys of the rows that ROW_PLACES_LUA planned, as FAIR_LEAVING_LUA would do. */
export const ROW_LEAVING_LUA: string = `
  call('ZREMRANGEBYRANK', rowsKey, 0, runs.pieces - 1)
  local next, size, stored, time, isLater = call('INCRBY', own .. 'changes', wanted) - wanted + 1, 0, {}, tonumber(runs.time), false
  for i, run in ipairs(runs) do
    -- The virtual time is at least the number of a start.
    if -run.base > time then time, isLater = -run.base, true end
    -- The turn and the change of the row's first key: the text of each job has the place behind that.
    local tail = string.format('%.17g;%.0f;%.0f', -run.base - 1, -run.since - run.from, next - run.from)
    stored[2 * i - 1] = runs.class
    stored[2 * i] = struct.pack('${PIECE}', -(time + 1), -next, run.row, run.keys, run.from, run.to, run.round + 1, run.last)
    for at = size + 1, size + run.to - run.from do tails[at] = tail end
    size, next = size + run.to - run.from, next + run.to - run.from
  end
  if runs.cut then stored[#stored + 1], stored[#stored + 2] = runs.class, runs.cut end
  call('ZADD', rowsKey, unpack(stored))
  if isLater then call('HSET', own .. 'classes', runs.class, string.format('%.17g,%s', time, runs.keys)) end
`;
