-- Decides which lines may start a job now. Needs lines.lua and `now`.

-- Returns the barrier that shuts a line, and its time in ms if it opens at a time; nothing when the line is open.
-- Sets line.free to how many jobs may start now. Under a full rate, the start that is "max" starts ago decides: the
-- next start is allowed "per" ms after it.
local function barrierOf(line)
  local limit = shared.limitsOf(line)
  if limit.paused then
    -- It may leave a start free to lines of other names.
    line.starts = limit.max and shared.ownerOf(line.name, line.rk) ~= line.name and call('ZCARD', startsOf(line))
    return 'p' .. line.name
  end
  local opensAt = now
  if tonumber(metaOf('pj:held') or 0) > now then
    for _, at in ipairs(call('HMGET', heldKey, 'n' .. sized(line.name), 'c' .. shared.nameOf(line, line.ck), 'r' .. shared.nameOf(line, line.rk))) do
      opensAt = math.max(opensAt, tonumber(at or 0))
    end
  end
  line.free = 64
  if limit.max then
    line.starts = call('ZCARD', startsOf(line))
    if line.starts >= limit.max then
      local before = call('ZRANGE', startsOf(line), line.starts - limit.max, line.starts - limit.max, 'WITHSCORES')
      -- A start later than now was counted before the server's clock was set back.
      if tonumber(before[2]) > now then
        for _, start in ipairs(call('ZRANGEBYSCORE', startsOf(line), '(' .. now, '+inf')) do call('ZADD', startsOf(line), now, start) end
        before[2] = now
      end
      opensAt = math.max(opensAt, before[2] + limit.per)
      line.free = 1
    else
      line.free = limit.max - line.starts
    end
  end
  if opensAt > now then return 't', opensAt end
  if limit.k and line.ck then
    line.free = math.min(line.free, limit.k - call('SCARD', keySlotsOf(line)))
    if line.free <= 0 then return 'k' .. shared.nameOf(line, line.ck) end
  end
  if limit.c then
    line.free = math.min(line.free, limit.c - call('SCARD', slotsOf(line.name)))
    if line.free <= 0 then return 'c' .. line.name end
  end
end
