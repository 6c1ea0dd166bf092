-- Keeps the jobs that completed. A busy worker looks for old jobs only in one exchange of 16, and leaves a few jobs beyond a
-- large number; if few end in each, it looks for those in one of 16 too. The microsecond decides: of calls that are counted,
-- every second one may record nothing.
local looks, trims = #hashes == 0 or time[2] % 16 == 0, gone and {}
for shape, group in pairs(groups) do
  -- A group is empty if its retention keeps none.
  if #group > 0 then
    local name = string.sub(shape, string.find(shape, ' ', 1, true) + 1)
    local keptKey = prefix .. 'pj:kept:completed:' .. name
    local most, total = group.most or 1000, group.total or 10000
    call('ZADD', completedKey, unpack(group))
    call('ZADD', keptKey, unpack(group))
    if looks or most < 1000 or count > 4 and (call('ZCARD', keptKey) > most + 128 or total > 0 and call('ZCARD', completedKey) > total + 128
      and call('ZCARD', completedKey) > total + 128 + call('SCARD', prefix .. 'pj:awaited:completed')) then
      trims = trims or {}
      trims[shape] = name
    end
  end
end
