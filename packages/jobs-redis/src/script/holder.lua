-- Finds the job that holds a deduplication key. Needs keys.lua and ready.lua.

-- Returns the job that holds a key, or nothing when the key is free. A job that was put back by hand took its key
-- again: it counts as not started until its fencing token grows.
local function holderOf(key)
  local value = call('GET', key)
  if not value then return nil end
  local id = string.match(value, '^[^:]+')
  local job = call('HMGET', prefix .. id, 'name', 'ats', 'finishedOn', 'opts', 'priority', 'pj:keyAt', 'timestamp', 'pj:keep', 'pj:hk')
  local lasts = id == value and call('PTTL', key) > 0
  if not job[1] then return lasts and { id = id } or nil end
  local started = (tonumber(job[2]) or 0) > (tonumber(job[6]) or 0)
  local lets = id ~= value or keyOptions(job[4])
  if lets then
    if started or job[3] then return nil end
  elseif job[3] and not lasts then
    return nil
  end
  return {
    id = id, name = job[1], waits = not started and not job[3], lets = lets, options = job[4],
    priority = storedPriority(tonumber(job[5])), createdAt = tonumber(job[7]) or 0, own = job[8], held = job[9]
  }
end
