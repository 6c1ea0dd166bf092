-- Hands out jobs first in, first out. Needs claiming.lua.

-- Starts a job that was taken out of its place, or parks it in its line.
local function take(id, turn, line)
  local field, hash = readTaken(id)
  if not field then return end
  if not line and limitOf(field.name or '') then
    -- The job was waiting before its name was limited, or a raw worker put it back.
    line = lineOf(field.name, field['pj:ck'], field['pj:rk'])
    if call('EXISTS', jobsOf(line)) == 1 or barrierOf(line) then
      return park(id, line, tonumber(turn) or turnOf(storedPriority(tonumber(field.priority)), jobsOf(line)))
    end
  end
  local token = handOut(id, field, hash, turn)
  if line then
    line.started = line.started or {}
    table.insert(line.started, id)
    table.insert(line.started, token)
    if not line.isOpen then noteStarts(line, line.started) end
  end
end

-- Returns when the worker asks again if nothing wakes it before.
local function claim(due, lost)
  local most = tonumber(wanted)
  local room, freeAt = roomOf(most)
  local tries, cut, isFull = 0, false, false
  -- Each round takes jobs from one of three places: BullMQ's list first, then the first open line or the set ordered by
  -- priority, whichever has the job with the lower position. With limited names, the set gives one job a round.
  inList = call('LLEN', waitKey)
  if takesForeign == '0' and inList > 0 then
    inList, deferred[1] = 0, { '', '', '' }
  end
  if metaOf('pj:limited') then openDue() end
  while #active < room and tries + givenUp < 200 do
    local line, more
    if metaOf('pj:limited') and not isFull then line, more = nextLine() end
    cut = cut or more
    local first = line and inList == 0 and call('ZRANGE', prioritizedKey, 0, 0, 'WITHSCORES')
    local turn = first and tonumber(first[2])
    if first and not (turn and turn < line.turn) then
      -- This is the only open line and it has no slot left: looking again would find nothing.
      isFull = not line.behind and not line.starts and line.free <= room - #active
      line.behind = turn and math.min(turn, line.behind or turn) or line.behind
      local taken = takeFrom(line, room - #active)
      for i = 1, #taken, 2 do take(taken[i], taken[i + 1], line) end
      noteStarts(line, line.started or {})
      if #(line.started or {}) < #taken then giveWay(line) end
    else
      local ids, scores = takeFirst(line and 1 or room - #active)
      if #ids == 0 and not line then break end
      for i, id in ipairs(ids) do take(id, scores[i]) end
    end
    tries = tries + 1
  end
  if #active > 0 then call('LPUSH', activeKey, unpack(active)) end
  -- The counter may start again only when no job in a line still has a position from before.
  if isDrained and not metaOf('pj:limited') then recount(pcKey) end
  countStarts(#active)
  if #jobs >= most then return '' end
  if #due >= 200 or #lost >= 100 or cut or tries + givenUp >= 200 then return now end
  return nextLook(freeAt)
end
