local job = call('HMGET', prefix .. id, 'name', 'pj:ck', 'pj:rk')
if not job[1] then return {} end
local line = lineOf(job[1], job[2], job[3])
local limit = shared.limitsOf(line)
if not limit or stateOf(id, job[1]) ~= 'waiting' then return {} end
local found = {}
local all = { paused = limit.paused, c = limit.c, k = limit.k, max = limit.max }
-- Tries one limit after the other, each time with all other limits removed.
limit.paused, limit.c, limit.k, limit.max = false, nil, nil, nil
if all.paused then found[#found + 1] = { 'paused', '', '' } end
local _, at = barrierOf(line)
if at then found[#found + 1] = { 'held-back', at, '' } end
meta['pj:held'] = false
limit.max = all.max
_, at = barrierOf(line)
if at then found[#found + 1] = { 'rate', at, all.max } end
limit.max, limit.c = nil, all.c
if barrierOf(line) then found[#found + 1] = { 'concurrency', '', all.c } end
limit.c, limit.k = nil, all.k
if barrierOf(line) then
  local holder = shared.keeps(line.ck, 'retry') and call('SRANDMEMBER', keySlotsOf(line))
  found[#found + 1] = { 'concurrency-key', '', all.k, holder or nil }
end
return found
