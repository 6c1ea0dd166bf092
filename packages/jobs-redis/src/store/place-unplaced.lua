-- Puts a job that is in no state back into one, as its fields say. Needs ready.lua, delay.lua and flows.lua.

local function placeEnded(id, name, keep, awaited, finishedOn, result, failure, held)
  local state = result and 'completed' or string.find(failure or '', '"code":"JOBS_CANCELLED"', 1, true) and 'cancelled' or 'failed'
  call('ZADD', finishedKeys[state], finishedOn, id)
  if not keep then return end
  if (tonumber(awaited) or 0) > 0 or held and state == 'failed' then call('SADD', prefix .. 'pj:awaited:' .. state, id)
  else call('ZADD', keptKey(state, name), finishedOn, id) end
end

-- Places a job. Where a worker may still hold it, it is active: its lock runs out, or the worker ends it.
local function place(id, name, keep)
  local key = prefix .. id
  local job = call(
    'HMGET', key, 'priority', 'finishedOn', 'returnvalue', 'pj:error', 'pj:awaited', 'pj:deps', 'pj:open', 'pj:doom', 'pj:runAt', 'pj:at', 'delay', 'timestamp', 'pj:hk'
  )
  local open, doom = tonumber(job[7]) or 0, tonumber(job[8]) or 0
  local delay, from = tonumber(job[11]) or 0, tonumber(job[12]) or 0
  local at = tonumber(job[10] or job[9] or from + delay) or 0
  if tonumber(job[2]) then
    placeEnded(id, name, keep, job[5], job[2], job[3], job[4], job[13])
  elseif call('EXISTS', key .. ':lock') == 1 then
    call('LPUSH', activeKey, id)
  elseif call('EXISTS', key .. ':dependencies') == 1 then
    call('ZADD', waitingChildrenKey, now, id)
  elseif job[6] and (open > 0 or doom > 0) then
    call('HDEL', key, 'pj:doomed')
    flow.block(flow.here, id, open, doom)
  elseif delay > 0 and at > now then
    makeDelayed(id, now, at - now)
    emit('delayed', 'jobId', id, 'delay', string.format('%.0f', at))
  else
    makeReady(id, name, storedPriority(tonumber(job[1])))
    emit('waiting', 'jobId', id)
  end
end
