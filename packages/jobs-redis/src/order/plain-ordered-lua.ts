import { LOOK_EVERY_MS } from '../lease/claiming-lua.ts';

/**
 * Plans the starts of an ordered queue for the plain exchange, and reads all they need: `places` are the ids of the
 * jobs and their positions, alternating. Returns `fifo` when the queue is not ordered, `whole` when the whole exchange is due.
 */
export const ORDERED_PLACES_LUA: string = `
local policy, revision = string.match(metaOf(9) or '', '^(%a+),[^,]*,(%d+),,')
if not policy then return metaOf(9) and 'whole' or 'fifo' end
local own, isFair = prefix .. 'pj:o' .. revision .. ':', policy == 'fair'
local lineupKey, entries, moved, times, change = own .. 'lineup:', {}, {}, {}
if wanted > 0 then
  local due = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')[2]
  due = due and math.floor(tonumber(due) / 4096)
  if due and due <= now or call('EXISTS', prioritizedKey, waitKey, own .. 'weighted') > 0 then return 'whole' end
  local found = call('ZRANGE', lineupKey, 0, wanted - 1, 'WITHSCORES')
  if not isFair and #found > 0 then
    local ids = {}
    for i = 1, #found, 2 do ids[#ids + 1] = string.sub(found[i], 13) end
    local turns = call('ZMSCORE', orderedKey, unpack(ids))
    for i, id in ipairs(ids) do
      if not turns[i] then return 'whole' end
      places[2 * i - 1], places[2 * i] = id, turns[i]
    end
  elseif #found > 0 then
    -- Each start moves its key back, so that the next ones are those of these keys.
    -- Numbers cost much to write as text: each is written once.
    local names, lengths = {}, {}
    for i = 1, #found, 2 do names[#names + 1] = found[i + 1] .. ':' .. string.sub(found[i], 21) end
    local ahead = math.ceil(wanted / #names)
    local last = tostring(ahead)
    for i, text in ipairs(call('HMGET', own .. 'shares', unpack(names))) do
      local base, since = string.match(text or '', '^([^;]*);(%d+)$')
      if not base then return 'whole' end
      local name = names[i]
      local length = lengths[#name] or #name .. ':'
      lengths[#name] = length
      local field = length .. name
      local queue = own .. 'queue:' .. field
      entries[i] = {
        name = name, field = field, class = found[2 * i], rank = tonumber(found[2 * i]), member = found[2 * i - 1], base = tonumber(base),
        since = tonumber(since), text = text, queue = queue, jobs = call('ZRANGE', queue, '0', last, 'WITHSCORES'), at = 1
      }
    end
    change = call('GET', own .. 'changes')
    local edge = #entries == wanted and entries[#entries]
    local function isBefore(one, other)
      if one.rank ~= other.rank then return one.rank < other.rank end
      if one.base ~= other.base then return one.base < other.base end
      return one.since < other.since
    end
    edge = edge and { class = edge.class, rank = edge.rank, base = edge.base, since = edge.since }
    local first, size = 1, 0
    while size < 2 * wanted and entries[first] do
      local entry = entries[first]
      first = first + 1
      if entry.at > #entry.jobs then return 'whole' end
      local class = times[entry.class]
      if not class then
        local time, keys = string.match(call('HGET', own .. 'classes', entry.class) or '', '^([^,]*),(%d+)$')
        if not time then return 'whole' end
        class = { time = tonumber(time), text = time, keys = tonumber(keys) }
        times[entry.class] = class
      end
      if entry.at == 1 then moved[#moved + 1] = entry end
      change = change + 1
      if entry.base + 1 > class.time then
        class.time = entry.base + 1
        class.text = string.format('%.17g', class.time)
      end
      local before, at = entry.text, string.format('%.0f', change)
      entry.base, entry.since, entry.text = class.time, change, class.text .. ';' .. at
      places[size + 1] = entry.jobs[entry.at]
      places[size + 2] = entry.jobs[entry.at + 1] .. ';' .. revision .. ';' .. before .. ';' .. at
      size = size + 2
      entry.at = entry.at + 2
      if entry.at > #entry.jobs and #entry.jobs > 2 * ahead then
        local more = call('ZRANGE', entry.queue, (entry.at - 1) / 2, (entry.at - 1) / 2 + ahead, 'WITHSCORES')
        for i = 1, #more do entry.jobs[#entry.jobs + 1] = more[i] end
      end
      -- No key counts from later than the virtual time: one that started goes behind all others of its class.
      if entry.at <= #entry.jobs and (not edge or entry.class ~= edge.class and isBefore(entry, edge)) then
        local at = #entries + 1
        while at > first and isBefore(entry, entries[at - 1]) do at = at - 1 end
        table.insert(entries, at, entry)
      end
    end
  end
  if #places < 2 * wanted then nextAt = math.min(due or math.huge, now + math.min(${LOOK_EVERY_MS}, math.max(50, leaseMs / 2))) end
end
`;

/** Takes the jobs that start out of their lines, and moves their keys. Its first command deletes. */
export const ORDERED_LEAVING_LUA: string = `
local leaving = {}
for i = 1, #places, 2 do leaving[#leaving + 1] = places[i] end
if #leaving > 0 then call('ZREM', orderedKey, unpack(leaving)) end
if #leaving > 0 and not isFair then call('ZREMRANGEBYRANK', lineupKey, 0, #leaving - 1) end
if #moved > 0 then
  local lines, marks, shares, left, size = {}, {}, {}, {}, 0
  for _, entry in ipairs(moved) do
    if entry.at == 3 then call('ZREM', entry.queue, entry.jobs[1])
    else
      local started = {}
      for at = 1, entry.at - 1, 2 do started[#started + 1] = entry.jobs[at] end
      call('ZREM', entry.queue, unpack(started))
    end
    if entry.at <= #entry.jobs then
      -- With its sign turned, a number that is not negative has the bytes that sort as it does: see ORDERED_LINES_LUA.
      local mark = struct.pack('>ddI4', -(entry.base + 1), -entry.since, entry.jobs[entry.at + 1] % 4294967296)
      lines[size + 1], lines[size + 2] = entry.class, mark .. string.sub(entry.member, 21)
      marks[size + 1], marks[size + 2] = entry.field, mark
      shares[size + 1], shares[size + 2] = entry.name, entry.text
      size = size + 2
    else
      left[#left + 1] = entry.name
      times[entry.class].keys = times[entry.class].keys - 1
      call('HDEL', own .. 'heads', entry.field)
    end
  end
  -- Keys start in the order of the line: those that moved were its first ones.
  call('ZREMRANGEBYRANK', lineupKey, 0, #moved - 1)
  if #left > 0 then call('HDEL', own .. 'shares', unpack(left)) end
  if #lines > 0 then
    call('ZADD', lineupKey, unpack(lines))
    call('HSET', own .. 'heads', unpack(marks))
    call('HSET', own .. 'shares', unpack(shares))
  end
  for class, each in pairs(times) do
    if each.keys > 0 then call('HSET', own .. 'classes', class, string.format('%s,%d', each.text, each.keys))
    else call('HDEL', own .. 'classes', class) end
  end
  call('SET', own .. 'changes', string.format('%.0f', change))
end
`;
