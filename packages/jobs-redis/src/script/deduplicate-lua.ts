/**
 * Ties jobs to deduplication keys. A key is BullMQ's (`de:…`); BullMQ frees it when its holder finishes. Holders that
 * may be replaced also free it when they start. Their key is marked (`id:r`) if it has a time limit, since BullMQ would
 * keep it until then.
 */
export const KEY_LUA: string = `
-- Reads from a job's options whether it frees its key when it starts, and for how long it holds the key. In our own
-- options both come before all that a user wrote except the key, whose quotes are escaped: a text search is enough.
local function keyOptions(options)
  local own = options and string.find(options, '"pj":{', 1, true)
  if own then
    local head = string.sub(options, 1, own)
    return string.find(head, '"replace":true', 1, true) ~= nil, tonumber(string.match(head, '"ttl":([%d.]+)')) or 0
  end
  local ok, all = pcall(cjson.decode, options or '{}')
  local de = ok and type(all) == 'table' and type(all.de) == 'table' and all.de or {}
  return de.replace == true, tonumber(de.ttl) or 0
end

-- Gives a key to a job. Without ":r" (lets), BullMQ keeps a key with a time limit until the limit, whatever becomes of
-- the job; with it, the key counts as free once the job has started.
local function takeKey(key, id, lets, ttl)
  if ttl == 0 then call('SET', key, id) else call('SET', key, lets and id .. ':r' or id, 'PX', math.ceil(ttl)) end
end
`;

/** Finds the job that holds a deduplication key. Needs KEY_LUA and READY_LUA. */
export const HOLDER_LUA: string = `
-- Returns the job that holds a key, or nothing when the key is free. A job that was put back by hand took its key
-- again: it counts as not started until its fencing token grows.
local function holderOf(key)
  local value = call('GET', key)
  if not value then return nil end
  local id = string.match(value, '^[^:]+')
  local job = call('HMGET', prefix .. id, 'name', 'ats', 'finishedOn', 'opts', 'priority', 'pj:keyAt', 'timestamp', 'pj:keep')
  local lasts = id == value and call('PTTL', key) > 0
  if not job[1] then return lasts and { id = id } or nil end
  local started = (tonumber(job[2]) or 0) > (tonumber(job[6]) or 0)
  local lets = id ~= value or keyOptions(job[4])
  if lets then
    if started or job[3] then return nil end
  elseif job[3] and not lasts then
    return nil
  end
  return {
    id = id, name = job[1], waits = not started and not job[3], lets = lets, options = job[4],
    priority = storedPriority(tonumber(job[5])), createdAt = tonumber(job[7]) or 0, own = job[8]
  }
end
`;

/** Gives the holder of a key the payload and options of a new job. Needs KEY_LUA, READY_LUA, EMIT_LUA, DELAY_LUA. */
export const DEDUPLICATE_LUA: string = `${HOLDER_LUA}
-- Returns the options of the new job, with the holder's own settings for the key.
local function withKeyOf(holder, options)
  local own = ',"pj":{'
  local from, to = string.find(options, ',"de":{', 1, true), string.find(options, own, 1, true)
  local heldFrom, heldTo = string.find(holder.options, ',"de":{', 1, true), string.find(holder.options, own, 1, true)
  if not (from and to and heldFrom and heldTo) then return options end
  return string.sub(options, 1, from - 1) .. string.sub(holder.options, heldFrom, heldTo - 1) .. string.sub(options, to)
end

-- Takes a waiting or delayed job out of its place; returns its position if it was in a line of a limited name.
local function takeAway(id, name)
  local place = isOrdered and call('ZSCORE', orderedKey, id)
  if place then
    leave(id, name)
    return tonumber(place)
  end
  if call('ZREM', delayedKey, id) == 1 or call('ZREM', prioritizedKey, id) == 1 or call('LREM', waitKey, 1, id) == 1 then return nil end
  local turn = limitOf(name) and call('ZSCORE', jobsOf(lineOfJob(id, name)), id)
  unpark(id, name)
  return turn and tonumber(turn)
end

-- Writes everything a new job brings into the hash of the holder. A holder that BullMQ added takes only the payload.
local function takeOver(holder, job)
  local jobKey = prefix .. holder.id
  if not holder.own then return call('HSET', jobKey, 'data', job.data, 'pj:version', job.version) end
  call('HSET', jobKey, 'data', job.data, 'opts', withKeyOf(holder, job.options), 'priority', job.priority, 'pj:keep', job.keep)
  call('HDEL', jobKey, 'pj:version', 'pj:expires', 'pj:ck', 'pj:rk', 'pj:order')
  if job.ck then call('HSET', jobKey, 'pj:ck', job.ck) end
  if job.rk then call('HSET', jobKey, 'pj:rk', job.rk) end
  if job.order ~= '' then call('HSET', jobKey, 'pj:order', job.order) end
end

-- Gives the holder what the new job brings: at its place, unless the priority is another one.
local function replaceInPlace(holder, job, priority)
  local id, name = holder.id, holder.name
  local moves = (isOrdered or priority ~= holder.priority or limitOf(name)) and not call('ZSCORE', delayedKey, id)
  local turn = moves and takeAway(id, name)
  takeOver(holder, job)
  -- A job that keeps its priority keeps its position, also when its new keys put it into another line.
  if moves then makeReady(id, name, priority, priority == holder.priority and turn or nil) end
end

-- The same, and lets it start when the new job may, within the greatest wait.
local function putOff(holder, job, priority)
  local id, name = holder.id, holder.name
  takeAway(id, name)
  takeOver(holder, job)
  local jobKey, runAt = prefix .. id, job.from + job.delay
  if job.maxWait > 0 then runAt = math.min(runAt, holder.createdAt + job.maxWait) end
  local at, delay = string.format('%.0f', runAt), math.max(0, runAt - job.from)
  call('HSET', jobKey, 'delay', delay, 'pj:runAt', at)
  if isOrdered then call('HDEL', jobKey, 'pj:arrived') end
  if not holder.own then call('HSET', jobKey, 'pj:expires', job.expires) end
  if delay > 0 then
    makeDelayed(id, job.from, delay)
    emit('delayed', 'jobId', id, 'delay', at)
  else
    makeReady(id, name, priority)
    emit('waiting', 'jobId', id)
  end
end

-- Returns whether a job that has not started is blocked, or in a workflow that is being stored: then it is in no place
-- from which it could be taken.
local function isHeldBack(id)
  if not metaOf('pj:flows') then return false end
  local stage = call('HGET', prefix .. id, 'pj:staged')
  return call('ZSCORE', prefix .. 'pj:blocked', id) or stage and call('ZSCORE', prefix .. 'pj:staging', stage)
end

-- Replaces the holder by a new job; returns false when the holder is not waiting or delayed, or has another name, since
-- a payload fits only handlers of its own name.
local function replaceHolder(holder, key, job)
  if not holder.waits or holder.name ~= job.name or isHeldBack(holder.id) then return false end
  local priority = holder.own and tonumber(job.priority) or holder.priority
  local extends = job.mode == 'extend'
  if extends then takeKey(key, holder.id, holder.lets, job.ttl) end
  local function replace() (extends and putOff or replaceInPlace)(holder, job, priority) end
  if isOrdered then keepTurns(replace) else replace() end
  return true
end
`;
