/** The keys {@link STATE_LUA} needs besides those of READY_LUA. */
export const STATE_KEYS = [
  'wait',
  'active',
  'paused',
  'delayed',
  'completed',
  'failed',
  'waiting-children',
] as const;

/** Finds the state a job is in, and takes it out of what holds it there. Needs READY_LUA. */
export const STATE_LUA: string = `
-- Answers the state, and the key that holds the job in it.
local function stateOf(id, name)
  for _, place in ipairs({
    { 'waiting', prioritizedKey }, { 'completed', completedKey }, { 'delayed', delayedKey },
    { 'failed', failedKey }, { 'blocked', waitingChildrenKey }
  }) do
    if call('ZSCORE', place[2], id) then return place[1], place[2] end
  end
  if call('LPOS', activeKey, id) then return 'active', activeKey end
  if name and limitOf(name) and call('ZSCORE', parkedOf(name), id) then return 'waiting', parkedOf(name) end
  if call('LPOS', waitKey, id) then return 'waiting', waitKey end
  if call('LPOS', pausedKey, id) then return 'waiting', pausedKey end
  return nil
end

-- Takes a job that is not active out of its state.
local function takeOut(id, name, state, key)
  if key == waitKey or key == pausedKey then call('LREM', key, 1, id) else call('ZREM', key, id) end
  if state == 'waiting' and name then release(id, name) end
end

-- Frees the deduplication key a job holds.
local function freeKey(id, deid)
  if not deid then return end
  local key = prefix .. 'de:' .. deid
  local value = call('GET', key)
  if value and string.match(value, '^[^:]+') == id then call('DEL', key) end
end

local function removeJob(id, deid)
  freeKey(id, deid)
  local key = prefix .. id
  call('DEL', key, key .. ':logs', key .. ':lock', key .. ':dependencies', key .. ':processed', key .. ':failed', key .. ':unsuccessful')
end
`;

/** Fails a job that is in no state, and applies its retention. Needs STATE_LUA and EMIT_LUA. */
export const FAIL_LUA: string = `
local function failJob(job)
  local id, now = job.id, tonumber(job.now)
  call('HSET', prefix .. id, 'failedReason', job.message, 'pj:error', job.failure, 'finishedOn', job.now)
  call('HDEL', prefix .. id, 'pj:snooze', 'defa')
  if job.deid and call('PTTL', prefix .. 'de:' .. job.deid) < 0 then freeKey(id, job.deid) end
  emit('pj:failure', 'jobId', id, 'name', job.name, 'error', job.failure)
  emit('failed', 'jobId', id, 'failedReason', job.message, 'prev', job.prev)
  if call('EXISTS', waitKey, activeKey, prioritizedKey) == 0 then emit('drained') end

  local keep = cjson.decode(job.options or '{}').removeOnFail
  local age, count = tonumber(job.age), tonumber(job.count)
  if type(keep) == 'table' then age, count = tonumber(keep.age), tonumber(keep.count)
  elseif type(keep) == 'number' then age, count = nil, keep
  elseif keep == true then count = 0 end
  if count == 0 then return removeJob(id, job.deid) end
  call('ZADD', failedKey, now, id)
  local function drop(ids)
    for _, old in ipairs(ids) do
      call('ZREM', failedKey, old)
      removeJob(old, call('HGET', prefix .. old, 'deid'))
    end
  end
  if count and count > 0 then drop(call('ZREVRANGE', failedKey, count, count + 999)) end
  if age then drop(call('ZRANGEBYSCORE', failedKey, '-inf', '(' .. (now - age * 1000), 'LIMIT', 0, 1000)) end
end
`;
