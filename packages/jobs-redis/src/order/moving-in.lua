-- Moves jobs into an order: from the one before, and whatever raw BullMQ tools added or put back. Needs
-- ordered-ready.lua and read-taken.lua.

local forgetOrder, takeIn
do
  -- What the keys of the order before begin with.
  local old = prefix .. (from == '' and 'pj:' or 'pj:o' .. from .. ':')

  -- Deletes what an order knew besides its lines, whose jobs have left it.
  function forgetOrder(own)
    call('UNLINK', own .. 'open', own .. 'shut', own .. 'openings', own .. 'shares', own .. 'classes', own .. 'heads', own .. 'filed', own .. 'changes', own .. 'weighted')
  end

  -- Deletes what the order before knew of the line and key of a job that has left it.
  local function unlinkBefore(line, priority, key)
    local share = priority .. ':' .. key
    local keys = {
      old .. 'lineup:' .. line.id, old .. 'lineup:', old .. 'queue:' .. sized(share) .. line.id, old .. 'queue:' .. sized(share),
      old .. 'spread:' .. share, old .. 'shut:c' .. line.name, old .. 'shut:p' .. line.name,
      old .. 'rated:' .. sized(shared.ownerOf(line.name, line.rk)) .. (line.rk and '+' .. line.rk or ''), old .. 'line:' .. line.id
    }
    if line.ck then keys[#keys + 1] = old .. 'shut:k' .. shared.nameOf(line, line.ck) end
    call('UNLINK', unpack(keys))
  end

  -- Puts jobs into their lines: ids and positions, alternating.
  local function moveIn(found, isMoved)
    for i = 1, #found, 2 do
      local id, turn = found[i], tonumber(found[i + 1])
      local job = readHash('HMGET', id, 'name', 'pj:ck', 'pj:rk', 'pj:order', 'data')
      if job[1] or job[5] then
        local name = job[1] or ''
        local line, priority = lineOf(name, job[2], job[3]), math.floor(turn / CLASS)
        if isMoved then unlinkBefore(line, priority, string.match(job[4] or '', '^[^,]*,[^,]*,(.*)$') or '') end
        enter(id, priority, isMoved and turn or turnOf(priority), limitOf(name) and line or MAIN)
      end
    end
  end

  -- Moves up to "most" jobs into their lines. Returns whether there may be more.
  function takeIn(most, takesList)
    if moving == 'l' then return false end
    local left, isMoved = most, moving == 'm'
    local function pop(key)
      if left <= 0 then return end
      local found = call('ZPOPMIN', key, left)
      left = left - #found / 2
      moveIn(found, isMoved)
    end
    if isMoved then
      pop(movingKey)
      for _, name in ipairs(call('HKEYS', limitsKey)) do
        pop(parkedOf(name))
        pop(keyedOf(name))
      end
    end
    pop(prioritizedKey)
    for _, list in ipairs(takesList and { waitKey, pausedKey } or {}) do
      if left > 0 then
        local ids, found = call('RPOP', list, left) or {}, {}
        left = left - #ids
        for _, id in ipairs(ids) do
          -- A marker of BullMQ before version 5 is no job.
          if string.sub(id, 1, 2) ~= '0:' then
            found[#found + 1], found[#found + 2] = id, storedPriority() * CLASS
          end
        end
        moveIn(found, false)
      end
    end
    if left <= 0 then return true end
    if isMoved then
      moving = ''
      lineup = string.format('%s,%s,%s,,', policy, age or '', revision)
      call('HSET', metaKey, 'pj:order', lineup)
      call('SET', lineupKey, lineup)
      forgetOrder(old)
    end
    return false
  end
end
