local job = call('HMGET', prefix .. id, 'name', 'ats', 'pj:ck', 'pj:rk', 'pj:hk')
if job[2] ~= token or not call('LPOS', activeKey, id) then return 0 end
local line, until_ = lineOf(job[1], job[3] or job[5], job[4]), now + tonumber(ms)
local field = line.rk and 'r' .. shared.nameOf(line, line.rk) or line.ck and 'c' .. shared.nameOf(line, line.ck) or 'n' .. sized(line.name)
local last = tonumber(metaOf('pj:held') or 0)
if last <= now then call('DEL', heldKey) end
call('HSET', heldKey, field, math.max(until_, tonumber(call('HGET', heldKey, field) or 0)))
-- While some are held back, looks at a few others: so most of those that are not any more go.
local some = call('HRANDFIELD', heldKey, 8, 'WITHVALUES')
for i = 1, #some, 2 do
  if tonumber(some[i + 1]) <= now then call('HDEL', heldKey, some[i]) end
end
call('HSET', metaKey, 'pj:held', math.max(until_, last))
call('HSETNX', limitsKey, job[1], ',,,,0')
noteLimited()
return 1
