-- Of these the last goes first: the others may be what it waits for.
local blockedKey = prefix .. 'pj:blocked'
local places = {
  waiting = { waitKey, pausedKey, prioritizedKey }, delayed = { delayedKey }, completed = { completedKey },
  failed = { failedKey }, cancelled = { cancelledKey }, blocked = { blockedKey, waitingChildrenKey }
}
local keys = places[state]
if state == 'waiting' then
  if isOrdered then keys = { orderedKey, movingKey, waitKey, pausedKey, prioritizedKey } end
  for _, name in ipairs(call('HKEYS', limitsKey)) do
    table.insert(keys, 1, parkedOf(name))
    table.insert(keys, 1, keyedOf(name))
  end
end
local removed, others = 0, {}
for _, key in ipairs(keys) do
  local left = tonumber(most) - removed - #others
  if left <= 0 then break end
  local isList = key == waitKey or key == pausedKey
  local ids = isList and call('LRANGE', key, -left, -1) or call(key == blockedKey and 'ZREVRANGE' or 'ZRANGE', key, 0, left - 1)
  for _, id in ipairs(ids) do
    local job = call('HMGET', prefix .. id, 'name', 'deid', 'parentKey')
    if isAwaited(id, job[3]) then others[#others + 1] = id
    else
      takeOut(id, job[1], state, key)
      removeJob(id, job[1], state, job[2])
      removed = removed + 1
    end
  end
end
return { removed, flow.walk() and 1 or 0, unpack(others) }
