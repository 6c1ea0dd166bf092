if at == '' then at = string.format('%.0f', now) end
local first = 0
if fromScore ~= '' then
  -- If the last schedule read is gone meanwhile, reads all of its time again rather than leave one out.
  local rank = call('ZRANK', dueKey, fromId)
  first = rank and call('ZSCORE', dueKey, fromId) == fromScore and rank + 1 or call('ZCOUNT', dueKey, '-inf', '(' .. fromScore)
end
local found = { at, call('GET', lifeKey) or '' }
local next = call('ZRANGE', dueKey, first, first + most, 'WITHSCORES')
for i = 1, #next, 2 do
  found[#found + 1] = { next[i], call('HGET', schedulesKey, next[i]) }
  if tonumber(next[i + 1]) > tonumber(at) then break end
end
return found
