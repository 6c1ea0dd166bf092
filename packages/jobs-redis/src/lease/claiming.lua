-- Promotes delayed jobs that are due, and starts jobs. Needs read-taken.lua.

local jobs, texts, deferred = {}, {}, {}
-- The ids of the jobs that start, also of those that start to fail.
local active = {}
-- How many jobs failed without a start. Of thousands, an exchange fails some hundred.
local givenUp = 0

local function lookAt()
  return now + math.min(8000, math.max(50, leaseMs / 2))
end

-- Returns when a worker that wants more jobs asks again. `freeAt` is when BullMQ's rate limit of the queue lets jobs start.
local function nextLook(freeAt)
  local nextAt = lookAt()
  if metaOf('paused') then return nextAt end
  if freeAt then return math.min(nextAt, freeAt) end
  local first = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')
  if first[2] then nextAt = math.min(nextAt, math.floor(tonumber(first[2]) / 4096)) end
  local opening = metaOf('pj:limited') and call('ZRANGE', openingsKey, 0, 0, 'WITHSCORES')[2]
  if opening then nextAt = math.min(nextAt, math.max(now + 1, math.ceil(tonumber(opening)))) end
  return nextAt
end

-- Delayed jobs are scored by time in ms * 4096 + a number, as in BullMQ.
local function readDue()
  local due = {}
  for i, id in ipairs(call('ZRANGEBYSCORE', delayedKey, 0, (now + 1) * 4096 - 1, 'LIMIT', 0, 200)) do
    local job = fieldsOf(id, 'name', 'priority')
    due[i] = { id = id, name = job[1], priority = storedPriority(tonumber(job[2])) }
  end
  return due
end

local function promote(due)
  local ids = {}
  for i, job in ipairs(due) do ids[i] = job.id end
  call('ZREM', delayedKey, unpack(ids))
  for _, job in ipairs(due) do
    -- A job without a name was removed: writing to it would create its hash again.
    if job.name then
      makeReady(job.id, job.name, job.priority)
      call('HSET', prefix .. job.id, 'delay', 0)
      emit('waiting', 'jobId', job.id, 'prev', 'delayed')
    end
  end
end

-- Returns how many jobs BullMQ's limits of the whole queue allow now; if none, also until when.
local function roomOf(most)
  if metaOf('paused') then return 0 end
  if metaOf('concurrency') then most = math.min(most, tonumber(metaOf('concurrency')) - call('LLEN', activeKey)) end
  if metaOf('max') then
    local left = tonumber(metaOf('max')) - (tonumber(call('GET', limiterKey)) or 0)
    if left <= 0 then return 0, now + math.max(1, call('PTTL', limiterKey)) end
    most = math.min(most, left)
  end
  return math.max(0, most)
end

local function countStarts(count)
  if not metaOf('max') or count == 0 then return end
  if call('INCRBY', limiterKey, count) == count then
    call('PEXPIRE', limiterKey, math.max(1, math.floor(tonumber(metaOf('duration')) or 1000)))
  end
end

-- Takes the first waiting jobs out of BullMQ's list, then out of the set ordered by priority.
local inList, isDrained
local function takeFirst(count)
  local ids, scores = {}, {}
  if inList > 0 then
    local popped = call('RPOP', waitKey, count)
    inList = inList - #popped
    for _, id in ipairs(popped) do
      -- A marker of BullMQ before version 5 is no job.
      if string.sub(id, 1, 2) ~= '0:' then ids[#ids + 1] = id end
    end
  end
  if #ids < count then
    local popped = call('ZPOPMIN', prioritizedKey, count - #ids)
    isDrained = #popped == 0
    for i = 1, #popped, 2 do
      ids[#ids + 1] = popped[i]
      scores[#ids] = popped[i + 1]
    end
  end
  return ids, scores
end

local function start(id, field, turn)
  -- As text once, since it is written several times.
  local token = tostring(tokenFor(id, (tonumber(field.ats) or 0) + 1))
  call('HSET', prefix .. id, 'processedOn', now, 'ats', token, 'pb', holder)
  local lock = lockOf(token, turn)
  call('SET', prefix .. id .. ':lock', lock, 'PX', leaseMs)
  emit('active', 'jobId', id, 'prev', 'waiting')
  return token, lock
end

-- Hands out a job that must fail without running: a BullMQ worker gave it up as stalled, or its child failed.
local function defer(id, field)
  local stalls = string.find(field.defa, 'stalled more than', 1, true)
  local job = { id = id, key = prefix .. id, name = field.name or '', deid = field.deid, keep = field['pj:keep'], text = stallMessage, error = stallError, hk = field['pj:hk'], flow = flow.read(id) }
  if job.keep and not field.parentKey then
    if job.hk and not shared.keeps(job.hk, 'fail') then
      shared.free(id, job.name, job.hk)
      job.hk = nil
    end
    failJob(job, 'waiting')
    stalled[#stalled + 1] = { id, job.name, field.ats or '0', 1 }
    givenUp = givenUp + 1
    return false
  end
  local _, lock = start(id, field)
  call('HSET', job.key, 'pj:unused', (tonumber(field['pj:unused']) or 0) + 1)
  if stalls then
    call('HSET', job.key, 'pj:error', stallError)
    emit('pj:failure', 'jobId', id, 'name', job.name, 'error', stallError)
  end
  deferred[#deferred + 1] = { id, lock, stalls and stallMessage or field.defa }
  return true
end

-- Reads a job that was taken out of its place. Returns the fields needed and the whole hash; nothing if it does not run: its
-- job no longer exists, it is left alone, or it is to fail.
local function readTaken(id)
  local hash = readHash('HGETALL', id)
  -- A table that has its size from the start costs much less than one that grows.
  local field = { name = false, data = false, ats = false, defa = false, priority = false, deid = false, parentKey = false, ['pj:ck'] = false, ['pj:rk'] = false, ['pj:hk'] = false, ['pj:keep'] = false, ['pj:unused'] = false, ['pj:order'] = false }
  for at = 1, #hash, 2 do
    if field[hash[at]] ~= nil then field[hash[at]] = hash[at + 1] end
  end
  if not field.name and not field.data then return nil end
  if takesForeign == '0' and (not field['pj:keep'] or field.parentKey) then
    -- BullMQ added it: it goes into the list that this worker does not read, next where BullMQ works.
    call('RPUSH', waitKey, id)
    call('ZADD', markerKey, 0, '0')
    deferred[#deferred + 1] = { id, '', '' }
    return nil
  end
  -- Another producer may have written anything: what ends the job compares and increments its counts, and needs a name.
  for at = 1, field.name and field['pj:keep'] and 0 or #hash, 2 do
    local name, text = hash[at], hash[at + 1]
    if string.find(' ats atm attemptsMade stc ', ' ' .. name .. ' ', 1, true) and (#text > 15 or not string.find(text, '^%d+$')) then
      hash[at + 1] = '0'
      if field[name] then field[name] = '0' end
      call('HSET', prefix .. id, name, '0')
    end
  end
  if not field.name then
    field.name, hash[#hash + 1], hash[#hash + 2] = '', 'name', ''
    call('HSET', prefix .. id, 'name', '')
  end
  if not field.defa then return field, hash end
  if defer(id, field) then active[#active + 1] = id end
end

-- Hands out a job that was read; returns its token.
local function handOut(id, field, hash, turn)
  local token = start(id, field, turn)
  active[#active + 1] = id
  jobs[#jobs + 1] = { id, token }
  texts[#jobs] = hash
  return token
end
