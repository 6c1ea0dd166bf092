local turn = tonumber(call('ZSCORE', orderedKey, id))
-- It has not been moved into the order yet.
if not turn then return { math.min(call('ZRANK', key, id) or 0, MOST_COUNTED), -1 } end
local priority = math.floor(turn / CLASS)
local places = limitOf(name) and { lineOfJob(id, name), MAIN } or { MAIN }
if isFair then
  local share = { name = shareNameOf(id, priority) }
  for _, line in ipairs(places) do
    local ahead = call('ZRANK', queueOf(share, line), id)
    if ahead then return { math.min(ahead, MOST_COUNTED), math.min(classOf(priority).keys - 1, MOST_COUNTED) } end
  end
  return {}
end
local class, number = standingOf(id, priority)
local member = memberOf(number, turn, id)
for _, line in ipairs(places) do
  local ahead = call('ZRANK', lineupOf(line), member)
  if ahead then return { math.min(ahead, MOST_COUNTED), -1 } end
end
return {}
