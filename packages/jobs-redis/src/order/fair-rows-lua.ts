/** How many jobs of each key a row plans ahead at most. */
export const MOST_ROUNDS = 32;
/** How many keys stand in rows at most. */
export const MOST_ROWED = 4096;
/** How many rows a script removes at most. */
const MOST_UNLINKED = 64;
/** How many exchanges must have taken no key out of its row before rows are made again: the starts since then tell. */
export const CALM_FROM = 8;
/**
 * How a piece of a row is packed: base and number of its turn, row, keys of the row, from and to which key, round, last round.
 * No released version has stored another form.
 */
export const PIECE = '>ddI4I2I2I2I2I2';

/** Forgets what a row plans once none of its keys stands in it. Needs `plannedKey`. */
export const LEAVE_ROW_LUA: string = `
local function leaveRow(row, count)
  if call('HINCRBY', plannedKey, row .. '#', -count) > 0 then return end
  call('HDEL', plannedKey, row, row .. '#')
  local rounds = {}
  for round = 1, ${MOST_ROUNDS} do rounds[round] = own .. 'row:' .. row .. ':' .. round end
  call('UNLINK', unpack(rounds))
end
`;

/** Removes the rows of an order, whose keys begin with `old`: some of them. Returns whether there are more. */
export const UNLINK_ROWS_LUA: string = `
local function unlinkRows(old)
  local fields, left = { old .. 'planned' }, ${MOST_UNLINKED}
  for _, field in ipairs(call('HKEYS', old .. 'planned')) do
    local row = string.match(field, '^(%d+)#$')
    if row then
      if left == 0 then return call('HDEL', unpack(fields)) > 0 end
      local rounds = {}
      for round = 1, ${MOST_ROUNDS} do rounds[round] = old .. 'row:' .. row .. ':' .. round end
      call('UNLINK', unpack(rounds))
      fields[#fields + 1], left = field, left - 1
    end
  end
  call('UNLINK', old .. 'rows', old .. 'planned')
  return false
end
`;

/**
 * Takes keys of a fair order out of the rows they stand in. A row is what the plain exchange plans ahead: keys that started
 * one after the other go on to do so, round by round, until the jobs that it knows have started. `rows` has the
 * pieces of rows by class and by the turn of their first key, as a line has keys: base and number of that turn (each next
 * key has the next number), row, how many keys that has, from which of them to which, round, and last round. `planned` has
 * the keys of each row, and how many stand in it; `row:<row>:<round>` the job of each in a round. The share of such a key says
 * where it stands (`@row;place`). What a row has started leaves the queue of a key when the key leaves the row. A row
 * plans all jobs of a key but the last, or fewer, so that each of its keys has work.
 *
 * A job that is put behind those of such a key leaves the row as it is; `shareOf` takes the key out of it for all else.
 */
export const FAIR_ROWS_LUA: string = `
local rowsKey, plannedKey, sharesKey, headsKey = own .. 'rows', own .. 'planned', own .. 'shares', own .. 'heads'
local shares, rowed, keysOf = {}, nil, {}
${LEAVE_ROW_LUA}
-- Reads the pieces of rows, in their order.
local function readRows()
  if rowed then return rowed end
  rowed = {}
  local found = call('ZRANGE', rowsKey, 0, -1, 'WITHSCORES')
  for i = 1, #found, 2 do
    local number, since, row, size, from, to, round, last = struct.unpack('${PIECE}', found[i])
    rowed[#rowed + 1] = { member = found[i], class = found[i + 1], number = number, since = since, row = row, keys = size, from = from, to = to, round = round, last = last }
  end
  return rowed
end

-- Makes a piece of one: of its keys behind "from", up to "to".
local function pieceOf(piece, from, to)
  local since = piece.since - (from - piece.from)
  local member = struct.pack('${PIECE}', piece.number, since, piece.row, piece.keys, from, to, piece.round, piece.last)
  return { member = member, class = piece.class, number = piece.number, since = since, row = piece.row, keys = piece.keys, from = from, to = to, round = piece.round, last = piece.last }
end

-- Takes keys out of a piece: those behind "from", up to "to". Its first write deletes, which a full server permits.
local function unrow(at, from, to)
  local piece, started, keys = rowed[at], {}, {}
  local row = tostring(piece.row)
  local names = keysOf[row] or cmsgpack.unpack(call('HGET', plannedKey, row))
  keysOf[row] = names
  for place = from + 1, to do
    local field = sized(names[place])
    local queue = own .. 'queue:' .. field
    keys[#keys + 1] = { name = names[place], field = field, queue = queue, first = call('ZRANGE', queue, piece.round - 1, piece.round - 1, 'WITHSCORES')[2] }
  end
  call('ZREM', rowsKey, piece.member)
  table.remove(rowed, at)
  for _, rest in ipairs({ pieceOf(piece, to, piece.to), pieceOf(piece, piece.from, from) }) do
    if rest.from < rest.to then
      call('ZADD', rowsKey, rest.class, rest.member)
      table.insert(rowed, at, rest)
    end
  end
  local places, marks, texts, size = {}, {}, {}, 0
  for i, key in ipairs(keys) do
    if piece.round > 1 then call('ZREMRANGEBYRANK', key.queue, 0, piece.round - 2) end
    local since = piece.since - (from + i - 1 - piece.from)
    local mark = struct.pack('>ddI4', piece.number, since, key.first % CLASS)
    places[size + 1], places[size + 2] = piece.class, mark .. string.sub(key.name, #piece.class + 2)
    marks[size + 1], marks[size + 2] = key.field, mark
    texts[size + 1], texts[size + 2] = key.name, string.format('%.17g;%.0f', -piece.number - 1, -since)
    size = size + 2
  end
  call('ZADD', lineupOf(MAIN), unpack(places))
  call('HSET', headsKey, unpack(marks))
  call('HSET', sharesKey, unpack(texts))
  call('HSET', plannedKey, 'stirred', call('GET', own .. 'changes'))
  call('HINCRBY', plannedKey, 'keys', from - to)
  leaveRow(row, to - from)
end

-- Takes the first keys out of their rows: then no key in a row is among the first ones.
local function unrowFirst(count)
  while count > 0 and readRows()[1] do
    local piece = rowed[1]
    local taken = math.min(count, piece.to - piece.from)
    unrow(1, piece.from, piece.from + taken)
    count = count - taken
  end
end

-- Takes a key out of its row, which its share says.
local function unrowKey(text)
  local row, place = string.match(text, '^@(%d+);(%d+)$')
  row, place = tonumber(row), tonumber(place)
  for at, piece in ipairs(readRows()) do
    if piece.row == row and piece.from < place and place <= piece.to then return unrow(at, place - 1, place) end
  end
end
`;
