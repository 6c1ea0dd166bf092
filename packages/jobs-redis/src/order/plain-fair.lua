-- Plans the starts of a fair queue in which no job has a weight. A key that starts goes behind all others of its class: the
-- keys of a class start one after the other, round by round.
if isFair and wanted > 0 then
  -- Reads the next jobs of a key, with their positions.
  local function readJobs(entry, count)
    local found = call('ZRANGE', entry.queue, entry.at - 1, entry.at - 1 + count, 'WITHSCORES')
    for i = 1, #found, 2 do
      entry.size = entry.size + 1
      entry.jobs[entry.size], entry.turns[entry.size] = found[i], found[i + 1]
    end
  end

  -- Returns the first keys, as many as may start, by class. Of the last class, more may be stored.
  local function readKeys()
    local found, names, entries = call('ZRANGE', keysKey, 0, wanted - 1, 'WITHSCORES'), {}, {}
    if #found == 0 then return entries end
    for i = 1, #found, 2 do names[#names + 1] = found[i + 1] .. ':' .. string.sub(found[i], 21) end
    for i, text in ipairs(call('HMGET', own .. 'shares', unpack(names))) do
      local name, base = names[i], string.match(text or '', '^([^;]*);%d+$')
      if not base then return nil end
      local field = #name .. ':' .. name
      entries[i] = {
        name = name, field = field, class = found[2 * i], key = string.sub(found[2 * i - 1], 21), base = tonumber(base), text = text,
        queue = own .. 'queue:' .. field, at = 1, size = 0, jobs = {}, turns = {}
      }
    end
    return entries
  end

  -- Starts the first job of a key; its lock tells the turn besides its position. Returns whether the key has more, nothing if it has none.
  local function startKey(entry, class, ahead)
    if entry.size == 0 then
      readJobs(entry, ahead)
      moved[#moved + 1] = entry
    end
    local size = #ids + 1
    ids[size], turns[size] = entry.jobs[entry.at], entry.turns[entry.at]
    if not ids[size] then return nil end
    change = change + 1
    -- The virtual time is at least the number of a start.
    if entry.base + 1 > class.time then
      class.time = entry.base + 1
      class.text = string.format('%d', class.time)
    end
    turns[size] = turns[size] .. ';' .. revision .. ';' .. entry.text .. ';' .. change
    entry.base, entry.since, entry.at = class.time, change, entry.at + 1
    entry.text = class.text .. ';' .. change
    if entry.at > entry.size and entry.size > ahead then readJobs(entry, ahead) end
    return entry.at <= entry.size
  end

  local function planTurns()
    local entries = readKeys()
    if not entries then return false end
    change, times, moved = tonumber(call('GET', own .. 'changes')), {}, {}
    local ahead, at, edge = math.ceil(2 * wanted / #entries), 1, entries[wanted] and entries[wanted].class
    if edge then ahead = 1 end
    while entries[at] and #ids < wanted do
      local name, list, first = entries[at].class, {}, 1
      while entries[at] and entries[at].class == name do list[#list + 1], at = entries[at], at + 1 end
      local time, keys = string.match(call('HGET', own .. 'classes', name) or '', '^([^,]*),(%d+)$')
      if not time then return false end
      times[name] = { time = tonumber(time), text = time, keys = tonumber(keys) }
      while list[first] and #ids < wanted do
        local hasMore = startKey(list[first], times[name], ahead)
        if hasMore == nil then return false end
        if hasMore and name ~= edge then list[#list + 1] = list[first] end
        first = first + 1
      end
    end
    return true
  end

  if not planTurns() then return 'whole' end
end
