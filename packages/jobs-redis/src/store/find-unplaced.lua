local search = prefix .. 'pj:search'
if tonumber(everyMs) > 0 then
  -- An idle queue has no new events since the last look.
  local last = call('XREVRANGE', eventsKey, '+', '-', 'COUNT', 1)[1]
  if not last or call('HGET', search, 'event') == last[1] then return {} end
  if not call('SET', prefix .. 'pj:searched', now, 'NX', 'PX', everyMs) then return {} end
  call('HSET', search, 'event', last[1])
end
local isKept = cursor == ''
if isKept then cursor = call('HGET', search, 'cursor') or '0' end

-- A list of jobs that BullMQ added may be very long: a worker then takes them for listed, and no one reads the longest.
local long, listed = call('LLEN', waitKey) + call('LLEN', pausedKey)
local function isListed(id, keep)
  if long <= 2000 or keep then return call('LPOS', waitKey, id) or call('LPOS', pausedKey, id) end
  if isKept or long > 100000 then return true end
  if not listed then
    listed = {}
    for _, list in ipairs({ waitKey, pausedKey }) do
      for _, one in ipairs(call('LRANGE', list, 0, -1)) do listed[one] = true end
    end
  end
  return listed[id]
end

local pattern = string.gsub(prefix, '[%*%?%[%]%^\\]', '\\%0')
local scanned, found = call('SCAN', cursor, 'MATCH', pattern .. '*', 'COUNT', count, 'TYPE', 'hash'), {}
for _, key in ipairs(scanned[2]) do
  local id = string.sub(key, #prefix + 1)
  -- Only the ids of BullMQ's repeated jobs have colons.
  if not string.find(id, ':', 1, true) or string.find(id, '^repeat:.*:%d+$') then
    -- `gid` names a group of BullMQ's, which has sets of its own.
    local job = call('HMGET', key, 'name', 'timestamp', 'pj:keep', 'gid')
    if job[1] and job[2] and not job[4] and not setOf(id, job[1]) and not isListed(id, job[3]) and not isStaged(id) then
      place(id, job[1], job[3])
      found[#found + 1] = id
    end
  end
end
if isKept then call('HSET', search, 'cursor', scanned[1]) end
return { scanned[1], call('DBSIZE'), unpack(found) }
