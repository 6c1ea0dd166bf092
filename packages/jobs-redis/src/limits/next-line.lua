-- Returns the open line whose first job is next. A line found shut is filed under its barrier, so that the lines behind it
-- are found. A shut line that is alone in pj:open stays there: it hides no other line.
local function nextLine()
  for _ = 1, 50 do
    local first = call('ZRANGE', openKey, 0, 1, 'WITHSCORES')
    if not first[1] then return nil end
    local line = parseLine(string.sub(first[1], WIDTH + 1))
    local barrier, at = barrierOf(line)
    if not barrier then
      line.isOpen = true
      if isNext(line, first) then return line end
    else
      local kind, limit = string.sub(barrier, 1, 1), shared.limitsOf(line)
      -- The line leaves a start of its rate free: a line that was shut for want of that start may use it.
      local follows = limit.max and line.starts and line.starts < limit.max and openRated(line)
      if not first[3] and not follows and mayStay(line, kind) then return nil end
      call('ZREM', openKey, first[1])
      call('HSET', shutKey, line.id, barrier)
      if kind == 't' then call('ZADD', openingsKey, at, line.id) else call('ZADD', placeOf(barrier), first[2], first[1]) end
      if kind == 't' and limit.max and line.starts >= limit.max then call('ZADD', ratedOf(line), first[2], first[1])
      elseif kind == 't' and isOrdered then call('HDEL', filedKey, line.id) end
      if kind == 't' or kind == 'k' then giveWay(line)
      elseif shared.leavesSlot(line) then reopen('k' .. shared.nameOf(line, line.ck)) end
    end
  end
  return nil, true
end
