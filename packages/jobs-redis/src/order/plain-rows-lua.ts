import { PIECE } from './fair-rows-lua.ts';

/** How many pieces of rows are read at most to plan an exchange: more than nearly all take. */
const MOST_PIECES = 6;
/** The first whole numbers as text: a script takes long to write one. */
const ORDINALS = Array.from({ length: 50 }, (_, i) => `'${i + 1}'`);

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
  local key, number, since = call('ZRANGE', keysKey, 0, 0, 'WITHSCORES'), -math.huge, 0
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
  for _, run in ipairs(found) do
    local packed = call('HGET', own .. 'row:' .. run.row, run.round)
    if not packed then return false end
    local jobs = { cmsgpack.unpack(packed) }
    if run.to - run.from == wanted and run.keys == wanted then all = jobs
    else
      local before = #all - 2 * run.from
      for at = 2 * run.from + 1, 2 * run.to do all[before + at] = jobs[at] end
    end
  end
  places, runs = all, found
  return true
end
`;

/** Moves the keys of the rows that ROW_PLACES_LUA planned, as FAIR_LEAVING_LUA would do. */
export const ROW_LEAVING_LUA: string = `
  call('ZREMRANGEBYRANK', rowsKey, 0, runs.pieces - 1)
  ordinals = { ${ORDINALS.join(', ')} }
  for i = ${ORDINALS.length + 1}, wanted do ordinals[i] = tostring(i) end
  local next, size, stored, time, isLater = call('INCRBY', own .. 'changes', wanted) - wanted + 1, 0, {}, tonumber(runs.time), false
  for i, run in ipairs(runs) do
    -- The virtual time is at least the number of a start.
    if -run.base > time then time, isLater = -run.base, true end
    -- Turn and change of each key follow from its place among all that start.
    tail = string.format(';%s;%d;%d;%d;', revision, -run.base - 1, -run.since - size - 1, next - size - 1)
    stored[2 * i - 1] = runs.class
    stored[2 * i] = struct.pack('${PIECE}', -(time + 1), -next, run.row, run.keys, run.from, run.to, run.round + 1, run.last)
    if runs[2] then
      for at = size + 1, size + run.to - run.from do tails[at] = tail end
    end
    size, next = size + run.to - run.from, next + run.to - run.from
  end
  if runs.cut then stored[#stored + 1], stored[#stored + 2] = runs.class, runs.cut end
  call('ZADD', rowsKey, unpack(stored))
  if isLater then call('HSET', own .. 'classes', runs.class, string.format('%d,%s', time, runs.keys)) end
`;
