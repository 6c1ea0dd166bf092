-- Deletes nothing: a server out of memory permits that, and then the rest of the script.
call('HDEL', metaKey, '')

local left, first = 1000, tonumber(place)
local blocked = call('ZRANGEBYSCORE', prefix .. 'pj:blocked', turn, '+inf', 'WITHSCORES', 'LIMIT', 0, 1000)
local nextTurn, nextPlace
local healed = 0
for i = 1, #blocked, 2 do
  local id, at = blocked[i], blocked[i + 1]
  if left <= 0 then
    nextTurn, nextPlace = at, '0'
    break
  end
  left = left - 1
  local ref = flow.here .. id
  local job = call('HMGET', prefix .. id, 'name', 'pj:open', 'pj:doom', 'pj:look')
  if not job[1] then
    call('ZREM', prefix .. 'pj:blocked', id)
    call('ZREM', prefix .. 'pj:releasable', id)
    flow.begin({ kind = 'letGo', ref = ref }, 'edges', true)
    call('UNLINK', flow.edgesOf(ref), flow.nextOf(ref))
  else
    if (tonumber(job[2]) or 0) <= 0 or (tonumber(job[3]) or 0) > 0 then flow.list(flow.here, id, at) end
    local edges = call('ZRANGEBYSCORE', flow.edgesOf(ref), first * 16, '+inf', 'WITHSCORES', 'LIMIT', 0, left)
    local isGone, isOpen
    for e = 1, #edges, 2 do
      local score = tonumber(edges[e + 1])
      left = left - 1
      if score % 4 == 0 then
        local other, name = flow.parse(edges[e])
        local it = call('HMGET', flow.root .. other, 'name', 'finishedOn', 'returnvalue')
        if not it[1] or it[2] or not call('ZSCORE', flow.nextOf(other), ref) then
          flow.close({ ref = other, name = name, members = { ref }, completed = it[2] and it[3] and true, isFresh = true })
          isGone = isGone or not it[1]
        end
        isOpen = true
      end
      if left <= 0 then nextTurn, nextPlace = at, string.format('%.0f', math.floor(score / 16) + 1) end
    end
    -- It counts what it waits for, and none of that is left.
    if first == 0 and not nextTurn and not isOpen and not job[4] and (tonumber(job[2]) or 0) > 0 then
      call('HSET', prefix .. id, 'pj:open', 0)
      flow.list(flow.here, id, at)
      isGone = true
    end
    if isGone then healed = healed + 1 end
    if nextTurn then break end
  end
  first = 0
end
if not nextTurn and #blocked == 2 * 1000 then nextTurn, nextPlace = blocked[#blocked], '0' end
flow.walk()
return nextTurn and { healed, nextTurn, nextPlace } or { healed }
