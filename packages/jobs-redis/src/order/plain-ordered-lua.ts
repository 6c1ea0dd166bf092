import { PIECE } from './fair-rows-lua.ts';
import { FAIR_LEAVING_LUA, FAIR_PLACES_LUA } from './plain-fair-lua.ts';

/** How many pieces of rows are read at most to plan an exchange: more than nearly all take. */
const MOST_PIECES = 6;
/** The first whole numbers as text: a script takes long to write one. */
const ORDINALS = Array.from({ length: 50 }, (_, i) => `'${i + 1}'`);

/**
 * Plans the starts of an exchange of a fair queue in which only keys of rows start, and each goes on to stand in its row:
 * nearly all of them, while all keys have work. Reads nothing but the first pieces and the jobs that start. Pieces that
 * follow each other are read and moved as one, a run.
 */
const ROW_PLACES_LUA = `
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
  local found, run, moved = {}, nil, {}
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
    moved[#moved + 1] = stored[at]
    left, at = left - size, at + 2
  end
  found.moved, found.class = moved, class
  found.time, found.keys = string.match(call('HGET', own .. 'classes', class) or '', '^([^,]*),(%d+)$')
  if not found.time then return false end
  local all
  for _, run in ipairs(found) do
    local jobs = call('LRANGE', own .. 'row:' .. run.row .. ':' .. run.round, run.from, run.to - 1)
    if #jobs < run.to - run.from then return false end
    if not all then all = jobs
    else
      local before = #all
      for at = 1, #jobs do all[before + at] = jobs[at] end
    end
  end
  -- The piece behind all others, which may go on with the first keys that start.
  found.back = stored[at] and stored[#stored - 1]
  if found.back and #stored == ${2 * MOST_PIECES} then
    stored = call('ZRANGE', rowsKey, -1, -1, 'WITHSCORES')
    found.back = stored[1]
  end
  if stored[#stored] ~= class then found.back = nil end
  ids, turns, runs = all, call('ZMSCORE', orderedKey, unpack(all)), found
  return true
end
`;

/** Moves the keys of the rows that ROW_PLACES_LUA planned, as FAIR_LEAVING_LUA would do. */
const ROW_LEAVING_LUA = `
  ordinals = { ${ORDINALS.join(', ')} }
  for i = ${ORDINALS.length + 1}, wanted do ordinals[i] = tostring(i) end
  local next, size, stored, time, isLater = call('INCRBY', own .. 'changes', wanted) - wanted + 1, 0, {}, tonumber(runs.time), false
  for i, run in ipairs(runs) do
    -- The virtual time is at least the number of a start.
    if -run.base > time then time, isLater = -run.base, true end
    -- Turn and change of each key follow from its place among all that start.
    tail = string.format(';%s;%d;%d;%d;', revision, -run.base - 1, -run.since - size - 1, next - size - 1)
    local from, first = run.from, next
    if i == 1 and runs.back then
      -- What started just before these keys in the same round makes one piece with them.
      local base, since, row, _, start, to, round = struct.unpack('${PIECE}', runs.back)
      if row == run.row and to == from and round == run.round + 1 and -base - 1 == time and to - start - since == next then
        runs.moved[#runs.moved + 1] = runs.back
        from, first = start, -since
      end
    end
    stored[2 * i - 1] = runs.class
    stored[2 * i] = struct.pack('${PIECE}', -(time + 1), -first, run.row, run.keys, from, run.to, run.round + 1, run.last)
    if runs[2] then
      for at = size + 1, size + run.to - run.from do tails[at] = tail end
    end
    size, next = size + run.to - run.from, next + run.to - run.from
  end
  if runs.cut then stored[#stored + 1], stored[#stored + 2] = runs.class, runs.cut end
  call('ZREM', rowsKey, unpack(runs.moved))
  call('ZADD', rowsKey, unpack(stored))
  if isLater then call('HSET', own .. 'classes', runs.class, string.format('%d,%s', time, runs.keys)) end
`;

/**
 * Begins the plain exchange of an ordered queue. Returns `fifo` when the queue is not ordered, `whole` when the whole
 * exchange is due.
 */
export const ORDERED_HEAD_LUA: string = `
local policy, revision = string.match(metaOf('pj:order') or '', '^(%a+),[^,]*,(%d+),,')
if not policy then return metaOf('pj:order') and 'whole' or 'fifo' end
local own, isFair = prefix .. 'pj:o' .. revision .. ':', policy == 'fair'
local keysKey, rowsKey = own .. 'lineup:', own .. 'rows'
-- What locks add to the positions of jobs.
local tails, tail, ordinals = {}, '', {}
local plannedKey, times, change, moved, freed, chain, pieces, rows, ended, touched, facts, textOf, runs
`;

/** Plans the starts of an ordered queue, and reads all they need: `ids` and positions (`turns`) of the jobs. */
export const ORDERED_PLAN_LUA: string = `
  if not isFair then
    ids = call('ZRANGE', keysKey, 0, wanted - 1)
    for i = 1, #ids do ids[i] = string.sub(ids[i], 13) end
    if #ids > 0 then turns = call('ZMSCORE', orderedKey, unpack(ids)) end
  else
    ${ROW_PLACES_LUA}
    if not planRows() then
      ${FAIR_PLACES_LUA}
      if planTurns() then return 'whole' end
    end
  end
`;

/** Takes the jobs that start out of their lines, and moves their keys. Its first command deletes. */
export const ORDERED_LEAVING_LUA: string = `
if #ids > 0 then
  call('ZREM', orderedKey, unpack(ids))
  if runs then
    ${ROW_LEAVING_LUA}
  elseif isFair then
    ${FAIR_LEAVING_LUA}
  else call('ZREMRANGEBYRANK', keysKey, 0, #ids - 1) end
end
`;
