local priority, runAt = tonumber(newPriority), delay == '' and tonumber(runAt) or tonumber(delay) and now + delay
local jobKey = prefix .. id
local job = call('HMGET', jobKey, 'name', 'priority', 'opts', 'pj:keep', 'deid', 'ats', 'pj:hk')
local name = job[1]
if not name then return 0 end
local state, key = stateOf(id, name)
if not state or state == 'active' then return 0 end
local waits = state == 'waiting' or state == 'delayed'
if not waits and isNote == '0' then return 0 end
if (job[3] or '') ~= before then return -1 end
local class = priority or storedPriority(tonumber(job[2]))
local rekeys = data ~= '' and job[4]
local newKey = rekeys and deid ~= '' and deid ~= '=' .. (job[5] or '') and string.sub(deid, 2)
if newKey and newKey ~= '' then
  local holder = holderOf(prefix .. 'de:' .. newKey)
  if holder then return { holder.id } end
end

-- Returns the position of a waiting job that is in the lines of an order, or in the line of a limited name.
local function lineTurnOf(id, name)
  local turn = isOrdered and call('ZSCORE', orderedKey, id) or not isOrdered and limitOf(name) and call('ZSCORE', jobsOf(lineOfJob(id, name)), id)
  return turn and tonumber(turn)
end

local function setField(field, text)
  if text then call('HSET', jobKey, field, text) else call('HDEL', jobKey, field) end
end

local function rewrite()
  local moves = runAt or priority and state == 'waiting'
  -- Its line is the one of the keys it has so far. A job in no line of ours stays where it is.
  local turn = not moves and rekeys and state == 'waiting' and lineTurnOf(id, name)
  if moves or turn then takeOut(id, name, state, key) end
  if before ~= after then call('HSET', jobKey, 'opts', after) end
  if data ~= '' then call('HSET', jobKey, 'data', data, 'pj:version', version) end
  if rekeys then
    setField('pj:ck', shared.rekey(id, name, job[7], ck ~= '' and string.sub(ck, 2)))
    setField('pj:rk', rk ~= '' and string.sub(rk, 2))
    if order ~= '' then setField('pj:order', order ~= '=' and string.sub(order, 2)) end
    if newKey then
      freeKey(id, job[5])
      setField('deid', newKey ~= '' and newKey)
      setField('pj:keyAt', newKey ~= '' and (job[6] or 0))
      if newKey ~= '' then takeKey(prefix .. 'de:' .. newKey, id, lets == '1', tonumber(ttl)) end
    end
  end
  if priority then call('HSET', jobKey, 'priority', string.format('%.0f', priority)) end
  if runAt then
    if isOrdered then call('HDEL', jobKey, 'pj:arrived') end
    local at = math.max(runAt, now)
    call('HSET', jobKey, 'delay', string.format('%.0f', at - now), 'pj:runAt', string.format('%.0f', at))
  end
  if runAt and runAt > now then
    makeDelayed(id, now, runAt - now)
    emit('delayed', 'jobId', id, 'delay', string.format('%.0f', runAt))
  elseif moves or turn then
    makeReady(id, name, class, turn)
    if state == 'delayed' then emit('waiting', 'jobId', id, 'prev', 'delayed') end
  end
end
if isOrdered then keepTurns(rewrite) else rewrite() end
return 1
