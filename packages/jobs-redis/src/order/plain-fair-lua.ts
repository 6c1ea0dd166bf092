import { CALM_FROM, LEAVE_ROW_LUA, MOST_ROUNDS, MOST_ROWED, PIECE } from './fair-rows-lua.ts';

/** How many keys form a row at least, and at most. */
const ROW = { least: 4, most: 256 } as const;
/** How many jobs of each key a row has at least. */
const LEAST_ROUNDS = 4;

/**
 * Plans the starts of a fair queue in which no job has a weight, as ORDERED_PLAN_LUA does. Starts come from keys, and
 * from rows of keys (see FAIR_ROWS_LUA), whose jobs are known ahead. Keys that start one after the other form a row, or
 * join the one that was made last if they follow its keys: the fewer rows, the fewer pieces an exchange reads and moves.
 * Positions are read only of jobs that start, and of those that are the first of their keys then.
 */
export const FAIR_PLACES_LUA: string = `
-- The keys that start; those that leave their rows; both by their turns; pieces of rows; rows to make.
plannedKey, times, moved, freed, chain, pieces, rows, ended, touched = own .. 'planned', {}, {}, {}, {}, {}, {}, {}, 0
-- Writes the turn of a key: without weights it has whole numbers, and these cost less to write as such.
textOf = function(entry) return entry.text or string.format('%d;%d', entry.base, entry.since) end
local function planTurns()
  local found = call('ZRANGE', keysKey, 0, wanted - 1, 'WITHSCORES')
  local stored = call('ZRANGE', rowsKey, 0, wanted - 1, 'WITHSCORES')
  if #found + #stored == 0 then return end
  facts = call('HMGET', plannedKey, 'stirred', 'keys', 'last')
  for i = 1, 3 do facts[i] = tonumber(facts[i]) or 0 end
  change = tonumber(call('GET', own .. 'changes'))
  -- How many exchanges like this one took no key out of its row.
  local calm = math.floor((change - facts[1]) / wanted)
  local rounds = calm >= ${CALM_FROM} and math.min(${MOST_ROUNDS}, calm) or 0

  local function isBefore(one, other)
    if one.rank ~= other.rank then return one.rank < other.rank end
    if one.base ~= other.base then return one.base < other.base end
    return one.since < other.since
  end
  -- Nothing is known of what is behind the last key and the last row that were read.
  local edge = #found == 2 * wanted and tonumber(found[#found]) or math.huge
  local rowEdge = #stored == 2 * wanted and tonumber(stored[#stored]) or math.huge
  local function insert(list, from, item)
    if item.rank >= edge or item.rank >= rowEdge then return end
    local at = #list + 1
    while at > from and isBefore(item, list[at - 1]) do at = at - 1 end
    table.insert(list, at, item)
  end
  local function classOf(name)
    local class = times[name]
    if not class then
      local time, keys = string.match(call('HGET', own .. 'classes', name) or '', '^([^,]*),(%d+)$')
      if not time then return nil end
      class = { time = tonumber(time), text = time, keys = tonumber(keys) }
      times[name] = class
    end
    return class
  end
  -- The virtual time is at least the number of a start.
  local function advance(class, base)
    if base + 1 > class.time then
      class.time = base + 1
      class.text = string.format('%d', class.time)
    end
  end

  local segments, entries, first, at = {}, {}, 1, 1
  for i = 1, #stored, 2 do
    local number, since, row, keys, from, to, round, last = struct.unpack('${PIECE}', stored[i])
    segments[#segments + 1] = {
      class = stored[i + 1], rank = tonumber(stored[i + 1]), base = -number - 1, since = -since,
      row = row, keys = keys, from = from, to = to, round = round, last = last, isStored = true, member = stored[i]
    }
  end
  -- The piece behind all others, if it is known: other keys may join its row.
  local rear = rowEdge == math.huge and segments[#segments] or nil
  -- Keys are read only if one of them starts: until then, the first stands for all.
  local isLoaded, ahead = #found == 0, 1
  if not isLoaded then
    local number, since = struct.unpack('>dd', found[1])
    entries[1] = { rank = tonumber(found[2]), base = -number - 1, since = -since }
    ahead = math.ceil(2 * wanted / #found)
  end
  if rounds > 0 then ahead = math.max(ahead, rounds + 1) end
  local lengths = {}
  local function entryOf(name, class, rank)
    local length = lengths[#name] or #name .. ':'
    lengths[#name] = length
    local field = length .. name
    return { name = name, field = field, class = class, rank = rank, queue = own .. 'queue:' .. field, at = 1, started = 0 }
  end
  local function load()
    isLoaded, entries = true, {}
    local names = {}
    for i = 1, #found, 2 do names[#names + 1] = found[i + 1] .. ':' .. string.sub(found[i], 21) end
    for i, text in ipairs(call('HMGET', own .. 'shares', unpack(names))) do
      local base, since = string.match(text or '', '^([^;]*);(%d+)$')
      if not base then return false end
      local entry = entryOf(names[i], found[2 * i], tonumber(found[2 * i]))
      entry.base, entry.since, entry.text, entry.key = tonumber(base), tonumber(since), text, string.sub(found[2 * i - 1], 21)
      entries[i] = entry
    end
    return true
  end
  local function readJobs(entry, count)
    local from = entry.started
    entry.jobs = call('ZRANGE', entry.queue, from, from + count)
  end

  -- How many jobs start, and what the lock of each tells of its turn.
  local size, told, namesOf = 0, {}, {}
  -- Starts keys of a row, in the order in which they started before.
  local function startRow(segment)
    local class = classOf(segment.class)
    if not class then return false end
    local count = math.min(segment.to - segment.from, wanted - size)
    local from, since = segment.from, segment.since
    local jobs = call('LRANGE', own .. 'row:' .. segment.row .. ':' .. segment.round, from, from + count - 1)
    if #jobs < count then return false end
    advance(class, segment.base)
    local start = change + 1
    -- Turn and change of each key follow from its place among those that start.
    local tail = string.format(';%s;%d;%d;%d;', revision, segment.base, since - 1, start - 1)
    for i = 1, count do
      size = size + 1
      ids[size], told[size] = jobs[i], tail .. i
    end
    change, since = change + count, since + count
    if segment.isStored and not segment.isTouched then
      segment.isTouched = true
      touched = touched + 1
      pieces[#pieces + 1] = segment
    end
    segment.from, segment.since = from + count, since
    if segment.round < segment.last then
      local back = pieces.last
      if back and back.row == segment.row and back.to == from and back.from < from and back.round == segment.round + 1 and back.base == class.time
        and back.since + back.to - back.from == start then
        back.to = from + count
        return true
      end
      local piece = {
        class = segment.class, rank = segment.rank, base = class.time, since = start,
        row = segment.row, keys = segment.keys, from = from, to = from + count, round = segment.round + 1, last = segment.last
      }
      pieces[#pieces + 1], pieces.last = piece, piece
      insert(segments, at + 1, piece)
      return true
    end
    -- Its keys have no more jobs planned.
    if not isLoaded and not load() then return false end
    local names = namesOf[segment.row] or cmsgpack.unpack(call('HGET', plannedKey, segment.row))
    namesOf[segment.row] = names
    for i = from + 1, from + count do
      local entry = entryOf(names[i], segment.class, segment.rank)
      entry.base, entry.since, entry.key, entry.started = class.time, start + i - from - 1, string.sub(entry.name, #segment.class + 2), segment.last
      freed[#freed + 1], chain[#chain + 1] = entry, entry
      insert(entries, first, entry)
    end
    ended[segment.row] = (ended[segment.row] or 0) + count
    return true
  end

  -- Starts the first job of a key, which moves it back.
  local function startKey(entry)
    if not entry.jobs then readJobs(entry, ahead) end
    local class = classOf(entry.class)
    if not class or entry.at > #entry.jobs then return false end
    if entry.at == 1 and entry.started == 0 then moved[#moved + 1], chain[#chain + 1] = entry, entry end
    change = change + 1
    advance(class, entry.base)
    local before = textOf(entry)
    entry.base, entry.since = class.time, change
    entry.text = class.text .. ';' .. change
    size = size + 1
    ids[size], told[size] = entry.jobs[entry.at], ';' .. revision .. ';' .. before .. ';' .. change .. ';0'
    entry.at = entry.at + 1
    if entry.at > #entry.jobs and #entry.jobs > ahead then
      local from = entry.started + entry.at - 1
      local more = call('ZRANGE', entry.queue, from, from + ahead)
      for i = 1, #more do entry.jobs[#entry.jobs + 1] = more[i] end
    end
    -- No key counts from later than the virtual time: one that started goes behind all others of its class.
    if entry.at <= #entry.jobs then insert(entries, first, entry) end
    return true
  end

  while size < wanted do
    while segments[at] and segments[at].from == segments[at].to do at = at + 1 end
    local segment, entry = segments[at], entries[first]
    if segment and not (entry and isBefore(entry, segment)) then
      if not startRow(segment) then return 'whole' end
    elseif not entry then break
    elseif not isLoaded then
      if not load() then return 'whole' end
    else
      first = first + 1
      if not startKey(entry) then return 'whole' end
    end
  end

  -- Keys that follow each other in turn, and have enough jobs, form rows.
  for _, entry in ipairs(freed) do
    if not entry.jobs then readJobs(entry, rounds + 1) end
  end
  facts[2] = facts[2] - #freed
  local run = {}
  local function form()
    local keys, least = #run, rounds
    if keys >= ${ROW.least} and facts[2] + keys <= ${MOST_ROWED} then
      for _, entry in ipairs(run) do least = math.min(least, #entry.jobs - entry.at) end
      local head = run[1]
      local piece = { class = head.class, base = head.base, since = head.since, keys = keys, from = 0, to = keys, round = 1, last = least }
      if rear and not rear.isTouched and rear.class == piece.class and rear.round == 1 and rear.to == rear.keys and rear.last <= least
        and rear.base == piece.base and rear.since + rear.to - rear.from == piece.since and rear.keys + keys <= ${ROW.most}
        and call('LLEN', own .. 'row:' .. rear.row .. ':1') == rear.keys then
        -- These keys follow those of the row that was made last, and join it.
        piece.row, piece.since, piece.from, piece.last = rear.row, rear.since, rear.from, rear.last
        piece.to = rear.keys + keys
        piece.keys, piece.before, rear = piece.to, rear, nil
      else
        facts[3] = facts[3] + 1
        piece.row = facts[3]
      end
      facts[2] = facts[2] + keys
      local place = '@' .. piece.row .. ';'
      for i, entry in ipairs(run) do entry.row = place .. piece.to - keys + i end
      pieces[#pieces + 1] = piece
      rows[#rows + 1] = { piece = piece, keys = run }
    end
    run = {}
  end
  for _, entry in ipairs(rounds > 0 and chain or {}) do
    local last = run[#run]
    local isNext = last and last.class == entry.class and last.base == entry.base and last.since + 1 == entry.since
    if last and not isNext then form() end
    if entry.at == (entry.started == 0 and 2 or 1) and #entry.jobs - entry.at >= ${LEAST_ROUNDS} then run[#run + 1] = entry
    elseif #run > 0 then form() end
  end
  if #run > 0 then form() end

  local asked, heads = { unpack(ids) }, {}
  for _, entries in ipairs({ moved, freed }) do
    for _, entry in ipairs(entries) do
      if not entry.row and entry.at <= #entry.jobs then
        heads[#heads + 1], asked[size + #heads + 1] = entry, entry.jobs[entry.at]
      end
    end
  end
  if size == 0 then return end
  local found = call('ZMSCORE', orderedKey, unpack(asked))
  for i = 1, #asked do
    if not found[i] then return 'whole' end
    if i <= size then turns[i] = found[i] .. told[i]
    else heads[i - size].turn = found[i] end
  end
end
`;

/** Takes the jobs of a fair queue that start out of their lines, and moves their keys and rows. */
export const FAIR_LEAVING_LUA: string = `${LEAVE_ROW_LUA}
local function moveTurns()
  local lines, marks, shares, left, size = {}, {}, {}, {}, 0
  local function move(entry)
    local started = entry.started + entry.at - 1
    if started > 0 then call('ZREMRANGEBYRANK', entry.queue, 0, started - 1) end
    if entry.row then
      shares[#shares + 1], shares[#shares + 2] = entry.name, entry.row
      return
    end
    if entry.at <= #entry.jobs then
      -- With its sign turned, a number that is not negative has the bytes that sort as it does: see ORDERED_LINES_LUA.
      local mark = struct.pack('>ddI4', -(entry.base + 1), -entry.since, entry.turn % 4294967296)
      lines[size + 1], lines[size + 2] = entry.class, mark .. entry.key
      marks[size + 1], marks[size + 2] = entry.field, mark
      shares[#shares + 1], shares[#shares + 2] = entry.name, textOf(entry)
      size = size + 2
    else
      left[#left + 1] = entry.name
      times[entry.class].keys = times[entry.class].keys - 1
      call('HDEL', own .. 'heads', entry.field)
    end
  end
  for _, entry in ipairs(moved) do move(entry) end
  for _, entry in ipairs(freed) do move(entry) end
  -- Keys and rows start in their order: those that did were the first ones.
  if #moved > 0 then call('ZREMRANGEBYRANK', keysKey, 0, #moved - 1) end
  if touched > 0 then call('ZREMRANGEBYRANK', rowsKey, 0, touched - 1) end
  if #left > 0 then call('HDEL', own .. 'shares', unpack(left)) end
  if #lines > 0 then
    call('ZADD', keysKey, unpack(lines))
    call('HSET', own .. 'heads', unpack(marks))
  end
  if #shares > 0 then call('HSET', own .. 'shares', unpack(shares)) end
  local stored = {}
  for _, piece in ipairs(pieces) do
    if piece.from < piece.to then
      local at = #stored
      stored[at + 1] = piece.class
      stored[at + 2] = struct.pack('${PIECE}', -(piece.base + 1), -piece.since, piece.row, piece.keys, piece.from, piece.to, piece.round, piece.last)
    end
  end
  for _, row in ipairs(rows) do
    if row.piece.before then call('ZREM', rowsKey, row.piece.before.member) end
  end
  if #stored > 0 then call('ZADD', rowsKey, unpack(stored)) end
  for row, count in pairs(ended) do leaveRow(row, count) end
  for _, row in ipairs(rows) do
    local id, size, names, jobs, before = row.piece.row, #row.keys, {}, {}, {}
    for i, entry in ipairs(row.keys) do names[i], jobs[i], before[i] = entry.name, entry.jobs, entry.at - 1 end
    names = cmsgpack.pack(names)
    if row.piece.before then
      -- The lists of names joined, without reading them: each begins with its length, which takes one byte below 16.
      local known = call('HGET', plannedKey, id)
      names = struct.pack('>BI2', 220, row.piece.keys) .. string.sub(known, string.byte(known) < 160 and 2 or 4) .. string.sub(names, size < 16 and 2 or 4)
    end
    call('HSET', plannedKey, id, names)
    call('HINCRBY', plannedKey, id .. '#', size)
    local list, key = {}, own .. 'row:' .. id .. ':'
    for round = 1, row.piece.last do
      for i = 1, size do list[i] = jobs[i][before[i] + round] end
      call('RPUSH', key .. round, unpack(list))
    end
  end
  if #rows > 0 or #freed > 0 then call('HSET', plannedKey, 'keys', facts[2], 'last', facts[3]) end
  for class, each in pairs(times) do
    if each.keys > 0 then call('HSET', own .. 'classes', class, string.format('%s,%d', each.text, each.keys))
    else call('HDEL', own .. 'classes', class) end
  end
  call('SET', own .. 'changes', string.format('%.0f', change))
end
moveTurns()
`;
