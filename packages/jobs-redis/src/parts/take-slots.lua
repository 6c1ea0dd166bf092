local time = call('TIME')
local now = time[1] * 1000000 + time[2]
local waits = {}
for first = 1, restSize, 3 do
  local key, max, per = prefix .. 'pj:rate:' .. ARGV[OFFSET + first], tonumber(ARGV[OFFSET + first + 1]), tonumber(ARGV[OFFSET + first + 2]) * 1000
  local before = call('LINDEX', key, -max)
  local slot = before and math.max(now, before + per) or now
  call('RPUSH', key, string.format('%.0f', slot))
  call('LTRIM', key, -max, -1)
  call('PEXPIRE', key, math.ceil((slot - now + per) / 1000) + 1000)
  waits[#waits + 1] = slot - now
end
return waits
