-- Sets the marker for the next delayed job. Needs the keys `delayed`, `marker`.

-- Sets the marker for the time of the next delayed job, if there is one: it wakes an idle worker then.
local function announceDelayed()
  local earliest = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')
  if earliest[2] then call('ZADD', markerKey, math.floor(tonumber(earliest[2]) / 4096), '1') end
end
