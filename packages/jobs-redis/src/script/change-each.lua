local function microseconds()
  local time = call('TIME')
  return time[1] * 1000000 + time[2]
end
local changed, looked, stopAt = 0, restSize, time[1] * 1000000 + time[2] + 5000
for i = 1, restSize do
  if i > 1 and microseconds() > stopAt then
    looked = i - 1
    break
  end
  local id = ARGV[OFFSET + i]
  local job = call('HMGET', prefix .. id, 'name', 'deid', 'priority', 'parentKey', 'rjk')
  if job[1] then
    local state, key = stateOf(id, job[1])
    if state and string.find(states, state, 1, true) and change(id, job[1], state, key, job[2], storedPriority(tonumber(job[3])), job[4], job[5]) then changed = changed + 1 end
  end
end
return { changed, looked, flow.walk() and 1 or 0, unpack(others) }
