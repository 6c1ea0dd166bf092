local from = behind == '' and '-' or '(' .. behind
local found = {}
for _, id in ipairs(call('ZRANGEBYLEX', scheduleIdsKey, from, '+', 'LIMIT', 0, limit)) do
  found[#found + 1] = { id, call('HGET', schedulesKey, id) }
end
return found
