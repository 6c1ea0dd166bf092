-- Hands out the jobs of an ordered queue. Each round takes jobs from the main line or from the first open line of a limited
-- name, whichever has the smaller first entry; from the main line many at once while no other line is open. Needs the
-- parts of the exchange before it.

local claim
do
  -- Starts a job that was taken out of a line. Returns whether it did; if not, whether the job stands in another line.
  local function take(id, turn, line, share)
    local field, hash = readTaken(id)
    if not field then return false end
    local limited = line
    if line == MAIN then
      limited = limitOf(field.name or '') and lineOf(field.name, field['pj:ck'], field['pj:rk'])
      -- The job was waiting before its name was limited.
      if limited and (call('EXISTS', lineupOf(limited)) == 1 or barrierOf(limited)) then
        enter(id, math.floor(turn / CLASS), turn, limited)
        return false, true
      end
    end
    local text = string.format('%.0f', turn)
    if share then text = text .. charge(share, tonumber(string.match(field['pj:order'] or '', '^([^,]*),')) or 1) end
    local token = handOut(id, field, hash, text)
    if limited then noteStarts(limited, { id, token }) end
    return true
  end

  -- Takes up to "count" jobs of a line in which numbers do not change. Returns how many it found.
  local function takeStanding(line, count)
    local popped, ids = call('ZPOPMIN', lineupOf(line), count), {}
    for i = 1, #popped, 2 do ids[#ids + 1] = string.sub(popped[i], WIDTH + 1) end
    if #ids == 0 then return 0 end
    local turns = call('ZMSCORE', orderedKey, unpack(ids))
    call('ZREM', orderedKey, unpack(ids))
    for i, id in ipairs(ids) do
      -- One without a position was removed by BullMQ.
      if turns[i] then take(id, tonumber(turns[i]), line) end
    end
    return #ids
  end

  -- Writes the places of keys that have moved, and what was charged to them.
  local function writeTurns(line, touched)
    local gone, places, marks, charged, left, classed = {}, {}, {}, {}, {}, {}
    for entry in pairs(touched) do
      local share = entry.share
      gone[#gone + 1] = entry.before .. entry.key
      if entry.mark then
        places[#places + 1], places[#places + 2] = entry.class, entry.mark .. entry.key
        marks[#marks + 1], marks[#marks + 2] = sized(share.name) .. line.id, entry.mark
      elseif share then
        left[#left + 1] = share
      end
      if share and share.isCharged then
        share.isCharged = false
        charged[#charged + 1], charged[#charged + 2] = share.name, shareText(share)
        classed[share.priority] = true
      end
    end
    if #gone > 0 then call('ZREM', lineupOf(line), unpack(gone)) end
    if #places > 0 then
      call('ZADD', lineupOf(line), unpack(places))
      call('HSET', headsKey, unpack(marks))
    end
    if #charged > 0 then call('HSET', sharesKey, unpack(charged)) end
    for priority in pairs(classed) do saveClass(priority) end
    for _, share in ipairs(left) do
      call('HDEL', headsKey, sized(share.name) .. line.id)
      if line ~= MAIN then call('SREM', spreadOf(share), line.id) end
      forget(share)
    end
  end

  -- Takes up to "count" jobs of a line whose keys take turns. A start moves its key back, so that the next ones are
  -- those of the first "count" keys: they are read once, moved here, and written once.
  local function takeTurns(line, count)
    local found = call('ZRANGE', lineupOf(line), 0, count - 1, 'WITHSCORES')
    local entries, touched, taken, last, looked = {}, {}, {}, nil, 0
    for i = 1, #found, 2 do
      local mark, key = string.sub(found[i], 1, WIDTH), string.sub(found[i], WIDTH + 1)
      last = { class = tonumber(found[i + 1]), mark = mark, before = mark, key = key, share = shareOf(found[i + 1] .. ':' .. key) }
      entries[#entries + 1] = last
    end
    -- Nothing is known of the keys behind the last one.
    local edge = #entries == count and { class = last.class, mark = last.mark }
    while looked < count and entries[1] do
      local entry = table.remove(entries, 1)
      local share, first = entry.share, {}
      touched[entry] = true
      entry.mark = nil
      if share then
        local queue = queueOf(share, line)
        first = call('ZRANGE', queue, 0, 1, 'WITHSCORES')
        -- If it has started a job of another line since, it is placed again first.
        if first[1] and (entry.isMoved or string.sub(entry.before, 9, 16) == bytesOf(share.since)) then
          looked = looked + 1
          local id = table.remove(first, 1)
          local turn = tonumber(table.remove(first, 1))
          call('ZREM', queue, id)
          local isStarted, isParked = take(id, turn, line, share)
          if isStarted then share.isCharged = true end
          if not isParked then taken[#taken + 1] = id end
        end
      end
      if first[1] then
        entry.mark, entry.isMoved = fairMark(share, first[1], tonumber(first[2])), true
        if not edge or isBefore(entry, edge) then
          local at = #entries + 1
          while at > 1 and isBefore(entry, entries[at - 1]) do at = at - 1 end
          table.insert(entries, at, entry)
        end
      end
    end
    if #taken > 0 then call('ZREM', orderedKey, unpack(taken)) end
    writeTurns(line, touched)
    return #found > 0 and math.max(1, looked) or 0
  end

  local takeFrom = isFair and takeTurns or takeStanding

  -- Returns when the worker asks again if nothing wakes it before.
  function claim(due, lost)
    local most = tonumber(wanted)
    local room, freeAt = roomOf(most)
    local tries, cut = 0, false
    local more = takeIn(200, takesForeign == '1')
    if takesForeign == '0' and call('LLEN', waitKey) > 0 then deferred[1] = { '', '', '' } end
    if metaOf('pj:limited') then openDue() end
    while #active < room and tries + givenUp < 200 do
      local line, unsure
      if metaOf('pj:limited') then line, unsure = nextLine() end
      cut = cut or unsure
      local head = line and headOf(MAIN)
      if line and not (head and isBefore(head, line.head)) then
        local before = #active
        takeFrom(line, 1)
        settle(line)
        if #active == before then giveWay(line) end
      elseif takeFrom(MAIN, line and 1 or room - #active) == 0 then
        break
      end
      tries = tries + 1
    end
    if #active > 0 then call('LPUSH', activeKey, unpack(active)) end
    countStarts(#active)
    if moving == 'l' and call('EXISTS', orderedKey) == 0 then more = takeOutOfOrder(1) or true end
    if #jobs >= most then return '' end
    if #due >= 200 or #lost >= 100 or cut or more or tries + givenUp >= 200 then return now end
    if call('EXISTS', orderedKey) == 0 then recount(arrivalsKey, firstsKey) end
    return nextLook(freeAt)
  end
end
