-- Moves edges that were kept aside, members and their scores, to the job that waits for them since the workflow was
-- sealed. What they lead to may have ended before, and so may that job.
local function merge(parent, added)
  local ref, key = flow.here .. parent, prefix .. parent
  local members, edges = {}, {}
  for i = 1, #added, 2 do members[#members + 1] = added[i] end
  local job = call('HMGET', key, 'name', 'finishedOn')
  if not job[1] then return flow.count(members, -1) end
  local known = call('ZMSCORE', flow.edgesOf(ref), unpack(members))
  local place = call('HINCRBY', key, 'pj:place', #members) - #members
  local released, by = {}, { deps = 0, open = 0, doom = 0, spared = 0 }
  local function tell(bits, count)
    if bits % 4 == 0 then by.open = by.open + count end
    if bits % 4 == 2 then
      local of = flow.isVital(bits) and 'doom' or 'spared'
      by[of] = by[of] + count
    end
  end
  for i, member in ipairs(members) do
    local bits = tonumber(added[2 * i]) % 16
    tell(bits, -1)
    if known[i] then by.deps = by.deps - 1
    else
      local other = bits % 4 == 0 and call('HMGET', flow.root .. flow.parse(member), 'name', 'finishedOn', 'returnvalue')
      if other and (not other[1] or other[2]) then bits = bits + (other[2] and other[3] and 1 or 2) end
      tell(bits, 1)
      edges[#edges + 1], edges[#edges + 2] = string.format('%.0f', (place + i) * 16 + bits), member
    end
    if known[i] or job[2] then released[#released + 1] = member end
  end
  if #edges > 0 then call('ZADD', flow.edgesOf(ref), unpack(edges)) end
  call('HINCRBY', key, 'pj:deps', by.deps)
  if by.spared ~= 0 then call('HINCRBY', key, 'pj:spared', by.spared) end
  local open, doom = call('HINCRBY', key, 'pj:open', by.open), call('HINCRBY', key, 'pj:doom', by.doom)
  flow.count(released, -1)
  local turn = (open <= 0 or doom > 0) and call('ZSCORE', prefix .. 'pj:blocked', parent)
  if turn then flow.list(flow.here, parent, turn) end
end

if restoreMeta() then return 'ordered' end
local tally = prefix .. 'pj:stage-parent:' .. stage
local parent = call('HGET', tally, 'id')
if parent then
  local added = call('ZPOPMIN', prefix .. 'pj:stage-edges:' .. stage, 500)
  if #added > 0 then merge(parent, added) else call('DEL', tally) end
  flow.trim()
  return 1
end
-- Most jobs need only be moved, with the places they have; the others come after them.
local list, turnsOfStage = prefix .. 'pj:stage:' .. stage, prefix .. 'pj:stage-turns:' .. stage
local plain = call('ZPOPMIN', turnsOfStage, 500)
local left, jobs = 500 - #plain / 2, {}
local others = left > 0 and call('LRANGE', list, 0, left - 1) or {}
for i, id in ipairs(others) do jobs[i] = call('HMGET', prefix .. id, 'name', 'priority', 'pj:deps', 'pj:open', 'pj:doom', 'pj:at', 'pj:runAt', 'pj:ck', 'pj:rk') end
if #others > 0 then call('LTRIM', list, #others, -1) end
if #plain > 0 then
  local moved = {}
  for i = 1, #plain, 2 do moved[i], moved[i + 1] = plain[i + 1], plain[i] end
  call('ZADD', prioritizedKey, unpack(moved))
  for i = 1, #plain, 2 do emit('waiting', 'jobId', plain[i]) end
  wake()
end
local isDelayed = false
for i, id in ipairs(others) do
  local name, priority, waits, open, doom, at, runAt, ck, rk = unpack(jobs[i])
  at = tonumber(at or 0)
  if waits then
    flow.block(flow.here, id, tonumber(open) or 0, tonumber(doom) or 0)
  elseif at > now then
    holdBack(id, now, at - now)
    isDelayed = true
    emit('delayed', 'jobId', id, 'delay', runAt)
  elseif name then
    makeReady(id, name, tonumber(priority), false, limitOf(name) and lineOf(name, ck, rk))
    emit('waiting', 'jobId', id)
  end
end
if isDelayed then announceDelayed() end
if #others == left then return 1 end
call('ZREM', prefix .. 'pj:staging', stage)
return 0
