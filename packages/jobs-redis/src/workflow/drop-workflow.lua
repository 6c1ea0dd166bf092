if call('ZSCORE', prefix .. 'pj:staging', stage) == '0' then return 0 end
-- Deletes nothing: a server out of memory permits that, and then the rest of the script.
call('HDEL', metaKey, '')
-- It cannot be sealed any more.
call('ZADD', prefix .. 'pj:staging', 'XX', 1, stage)
local list, aside = prefix .. 'pj:stage:' .. stage, prefix .. 'pj:stage-edges:' .. stage
local turnsOfStage, left, dropped = prefix .. 'pj:stage-turns:' .. stage, 200, 0
-- Lets go of what edges lead to, besides jobs of the workflow. A job is dropped after all that wait for it: while its id is
-- taken, no other call can have added it again.
local function letGo(edges)
  local popped, members = call('ZPOPMIN', edges, left), {}
  for i = 1, #popped, 2 do if call('HGET', flow.root .. flow.parse(popped[i]), 'pj:staged') ~= stage then members[#members + 1] = popped[i] end end
  left = left - #popped / 2
  flow.count(members, -1)
end
letGo(aside)
local id
repeat
  local other = call('LINDEX', list, -1)
  id = other or call('ZRANGE', turnsOfStage, -1, -1)[1]
  local job = id and call('HMGET', prefix .. id, 'name', 'deid', 'pj:staged') or {}
  if job[3] == stage then letGo(flow.edgesOf(flow.here .. id)) end
  if id and left > 0 then
    if job[3] == stage then dropJob(id, job[1], job[2], 'waiting') end
    if other then call('RPOP', list) else call('ZREM', turnsOfStage, id) end
    dropped = dropped + 1
  end
until not id or left <= 0 or dropped == 50
if not id and left > 0 then
  call('UNLINK', aside, prefix .. 'pj:stage-parent:' .. stage)
  call('ZREM', prefix .. 'pj:staging', stage)
end
flow.walk()
return (id or left <= 0) and 1 or 0
