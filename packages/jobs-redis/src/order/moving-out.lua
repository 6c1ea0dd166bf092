-- Moves jobs out of an order, into BullMQ's sets. Needs ordered-ready.lua and moving-in.lua.

-- Moves up to "most" jobs, the last first. Returns whether there may be more. Jobs of limited names go back to their
-- lines when they are claimed.
local function takeOutOfOrder(most)
  local found = call('ZREVRANGE', orderedKey, 0, most - 1, 'WITHSCORES')
  for i = 1, #found, 2 do
    leave(found[i], call('HGET', prefix .. found[i], 'name'))
    call('ZADD', prioritizedKey, found[i + 1], found[i])
  end
  if #found == 2 * most then return true end
  local last = MIDDLE + (tonumber(call('GET', arrivalsKey)) or 0)
  call('HDEL', metaKey, 'pj:order')
  call('DEL', lineupKey, arrivalsKey, firstsKey)
  forgetOrder(own)
  if (tonumber(call('GET', pcKey)) or 0) < last then call('SET', pcKey, string.format('%.0f', last)) end
  wake()
  return false
end
