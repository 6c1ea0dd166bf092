local limit = tonumber(most)
local ids, least = { id }, -math.huge
if id == '' then
  -- The latest n entries of all belong to the n schedules with the latest ticks: reads only those schedules.
  ids = {}
  local latest = call('ZREVRANGE', ledgerKey, 0, limit - 1, 'WITHSCORES')
  for i = 1, #latest, 2 do ids[#ids + 1] = latest[i] end
  if #ids == limit then least = tonumber(latest[#latest]) end
end
local entries = {}
for _, schedule in ipairs(ids) do
  for _, tick in ipairs(call('LRANGE', prefix .. 'pj:written:' .. schedule, 0, -1)) do
    if tonumber(tick) >= least then entries[#entries + 1] = { schedule, tick, tonumber(tick) } end
  end
end
table.sort(entries, function(a, b) return a[3] > b[3] end)
local found = {}
for i = 1, math.min(limit, #entries) do
  found[i] = { entries[i][1], entries[i][2], call('HGET', prefix .. 'pj:details:' .. entries[i][1], entries[i][2]) }
end
return found
