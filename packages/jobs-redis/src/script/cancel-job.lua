local jobKey = prefix .. id
local job = call('HMGET', jobKey, 'name', 'deid', 'ats', 'pj:cancel', 'opts', 'parentKey', 'pj:keep', 'priority', 'rjk', 'pj:ck', 'pj:rk', 'pj:hk')
local name, deid, keep = job[1], job[2], job[7]
if not name then return 'not-found' end
local state, key = stateOf(id, name)
if not state then return 'not-found' end
if state == 'completed' or state == 'failed' or state == 'cancelled' then return 'finished' end
if not string.find(states, state, 1, true) then return 'other-status' end

-- No worker would hear of the request: the one that had the job has lost it.
local isLost = state == 'active' and force == '1' and call('EXISTS', jobKey .. ':lock') == 0
if state == 'active' and not isLost then
  local request = job[4] and cjson.decode(job[4]) or { force = false }
  request.force = request.force or force == '1'
  if hasReason == '1' then request.reason = reason end
  local text = cjson.encode(request)
  call('HSET', jobKey, 'pj:cancel', text)
  call('PUBLISH', cancelKey, cjson.encode({ id = id, fencingToken = tonumber(job[3]) or 0, request = text }))
  return 'requested'
end

if mayLeave == '1' and isLatest(id, job[9]) then return 'latest' end

-- Takes the job out of its state; an active one out of what limits count, too.
local function leaveState()
  if not isLost then
    takeOut(id, name, state, key)
    return job[12] and shared.free(id, name, job[12])
  end
  call('LREM', activeKey, -1, id)
  if not metaOf('pj:limited') then return end
  noteEnd({ id = id, name = name, token = job[3], ck = job[10], rk = job[11], hk = job[12] }, true, 'cancel')
  freeSlots()
  wake()
end

-- The parent of a flow waits for it: the next worker has BullMQ fail it without running it, which tells the parent.
if isAwaited(id, job[6]) then
  call('HSET', jobKey, 'defa', message, 'pj:error', failure)
  emit('pj:failure', 'jobId', id, 'name', name, 'error', failure)
  if state ~= 'waiting' then
    leaveState()
    call('HSET', jobKey, 'delay', 0)
    makeReady(id, name, storedPriority(tonumber(job[8])))
    emit('waiting', 'jobId', id, 'prev', state)
  end
  return 'requested'
end

-- Returns whether a job that BullMQ added is kept once it has failed.
local function isKept(options)
  local ok, all = pcall(cjson.decode, options or '{}')
  local kept = ok and type(all) == 'table' and all.removeOnFail
  if type(kept) == 'table' then kept = kept.count end
  return kept ~= true and kept ~= 0
end

leaveState()
local ends = keep and not job[6] and 'cancelled' or 'failed'
call('HSET', jobKey, 'failedReason', message, 'pj:error', failure, 'finishedOn', now)
call('HDEL', jobKey, 'pj:snooze', 'defa')
if deid and call('PTTL', prefix .. 'de:' .. deid) < 0 then freeKey(id, deid) end
emit('pj:failure', 'jobId', id, 'name', name, 'error', failure)
local of = flow.read(id)
emit('failed', 'jobId', id, 'failedReason', message, 'prev', state, 'state', ends, flow.mark(of))
if of and flow.ended({ id = id, name = name, flow = of }, ends) or ends == 'failed' and isKept(job[5]) then
  call('ZADD', finishedKeys[ends], now, id)
elseif ends == 'failed' then
  freeKey(id, deid)
  flow.drop(flow.here .. id)
else
  local age, count, total = keptOf(keep, ends)
  if count == 0 then dropJobs({ id })
  else
    keepJobs(ends, name, now, id)
    trimKept(ends, name, now, age, count, total)
  end
end
local isLeft = flow.walk()
if existsWaiting(pausedKey, activeKey, prioritizedKey, openKey, shutKey) == 0 and not releasesSoon(now) then emit('drained') end
return isLeft and 'left' or 'cancelled'
