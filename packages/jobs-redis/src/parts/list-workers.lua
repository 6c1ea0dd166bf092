local seen = call('ZRANGEBYSCORE', seenKey, '(' .. (now - aliveMs), '+inf', 'WITHSCORES')
local found = {}
for i = 1, #seen, 2 do
  local worker = call('HGET', workersKey, seen[i])
  if worker then found[#found + 1] = { worker, seen[i + 1], call('HGET', askedKey, seen[i]) or '' } end
end
return found
