-- BullMQ leaves the ids of jobs it removes in our sets. Looks at up to 500 jobs of a set, and at up to 2,000 in all: each call
-- begins at other ones.
local left, at = 2000, call('TIME')[2]
local function dropSome(key, name)
  local size = left > 0 and call('ZCARD', key) or 0
  if size == 0 then return end
  local most = math.min(500, left)
  local from = size > most and at % size or 0
  local ids, keys = call('ZRANGE', key, from, from + most - 1), {}
  left = left - #ids
  for i, id in ipairs(ids) do keys[i] = prefix .. id end
  if call('EXISTS', unpack(keys)) == #keys then return end
  for i, id in ipairs(ids) do
    if call('EXISTS', keys[i]) == 0 then dropGone(key, name, id) end
  end
end

local names = call('HKEYS', limitsKey)
dropSome(blockedKey)
if isOrdered then dropSome(orderedKey) end
for i = 1, #names do
  local name = names[(i + at) % #names + 1]
  dropSome(parkedOf(name), name)
  dropSome(keyedOf(name), name)
end

local waiting = isOrdered and call('ZCARD', orderedKey) + call('ZCARD', movingKey) or 0
waiting = waiting + call('LLEN', waitKey) + call('LLEN', pausedKey) + call('ZCARD', prioritizedKey)
for _, name in ipairs(names) do waiting = waiting + call('ZCARD', parkedOf(name)) + call('ZCARD', keyedOf(name)) end
return {
  waiting, call('ZCARD', delayedKey), call('LLEN', activeKey), call('ZCARD', completedKey),
  call('ZCARD', failedKey), call('ZCARD', cancelledKey), call('ZCARD', waitingChildrenKey) + call('ZCARD', blockedKey)
}
