-- Wakes another worker or announces that the queue has drained.
local function wakeOthers()
  if idle == '1' and #ids > 0 then
    -- This worker is no longer idle: what waits, or becomes due, needs another one.
    if nextAt == '' and call('EXISTS', waitingKey) == 1 then call('ZADD', prefix .. 'marker', 0, '0') end
    local earliest = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')[2]
    if earliest then call('ZADD', prefix .. 'marker', math.floor(tonumber(earliest) / 4096), '1') end
  elseif count > 0 and #ids == 0 and call('EXISTS', prefix .. 'wait', activeKey, prioritizedKey, waitingKey, prefix .. 'pj:open', prefix .. 'pj:shut') == 0 then
    -- It has not where the next exchange readies a job that was listed here, or hands it out to fail.
    for _, id in ipairs(listed or {}) do
      local job = call('HMGET', prefix .. id, 'pj:at', 'pj:doom')
      if (tonumber(job[1]) or 0) <= now or (tonumber(job[2]) or 0) > 0 then return end
    end
    call('XADD', eventsKey, '*', 'event', 'drained')
  end
end

-- Remembers the answer, and answers.
local function answer()
  if count + #ids > 0 then
    call('HSET', prefix .. 'pj:answers', answerField, cmsgpack.pack({ sequence, started, #refused > 0 and refused or nil }))
  end
  wakeOthers()
  -- Trims the events now and then, since that costs nearly as much as an entry.
  if wanted > 4 or time[2] % 8 == 0 then call('XTRIM', eventsKey, 'MAXLEN', '~', metaOf('opts.maxLenEvents') or 10000) end
  -- Numbers cost much to write as text.
  local parts, told, size = 7 + #refused, #refused == 0 and '0' or table.concat({ #refused, unpack(refused) }, '\0'), #ids == 1 and '1' or #ids
  for i = 1, #ids do
    local hash = hashes[i]
    parts = parts + 3 + #hash
    hashes[i] = '\0' .. ids[i] .. '\0' .. started[2 * i] .. '\0' .. (#hash == 7 and '7' or #hash) .. '\0' .. table.concat(hash, '\0')
  end
  return (parts == 17 and '17' or parts) .. '\0' .. time[1] .. string.sub('00000' .. time[2], -6, -4) .. '\0' .. nextAt .. '\0' .. told
    .. '\0000\0000\0000\000' .. size .. (hashes[2] and table.concat(hashes) or hashes[1] or '')
end
if not trims then return answer() end
