/**
 * Ties jobs to keys. A key is BullMQ's (`de:…`), which BullMQ frees when its holder finishes. Holders that
 * may be replaced also let go of it when they start; the key of one with a time limit is marked (`id:r`),
 * as BullMQ would keep it until then. Needs READY_LUA, EMIT_LUA, DELAY_LUA and the keys `delayed`, `wait`.
 */
export const DEDUPLICATE_LUA: string = `
local function replaceable(options)
  local de = options and string.find(options, '"replace":true', 1, true)
  return de ~= nil and (cjson.decode(options).de or {}).replace == true
end

-- Answers what the job that holds a key is, or nothing when the key is free.
local function holderOf(key)
  local value = call('GET', key)
  if not value then return nil end
  local id = string.match(value, '^[^:]+')
  local lets = id ~= value
  local job = call('HMGET', prefix .. id, 'name', 'ats', 'finishedOn', 'opts', 'priority')
  local lasts = not lets and call('PTTL', key) > 0
  if not job[1] then return lasts and { id = id } or nil end
  local started = (tonumber(job[2]) or 0) > 0
  if lets or replaceable(job[4]) then
    if started or job[3] then return nil end
  elseif job[3] and not lasts then
    return nil
  end
  return { id = id, name = job[1], waits = not started and not job[3], priority = tonumber(job[5]) }
end

local function takeKey(key, id, mode, ttl)
  if ttl == 0 then call('SET', key, id)
  elseif mode == 'drop' then call('SET', key, id, 'PX', ttl)
  else call('SET', key, id .. ':r', 'PX', ttl) end
end

-- Gives the holder of a key what a new job brings; answers false when it cannot take it. A payload
-- fits only handlers of its own name.
local function replaceHolder(holder, key, job)
  if not holder.waits or holder.name ~= job.name then return false end
  local jobKey = prefix .. holder.id
  call('HSET', jobKey, 'data', job.data, 'pj:version', job.version)
  if job.mode ~= 'extend' then return true end
  takeKey(key, holder.id, job.mode, job.ttl)
  if call('ZREM', delayedKey, holder.id) == 0 and call('ZREM', prioritizedKey, holder.id) == 0 then
    call('LREM', waitKey, 1, holder.id)
    unpark(holder.id, holder.name)
  end
  call('HSET', jobKey, 'delay', job.delay, 'pj:runAt', job.runAt, 'pj:expires', job.expires)
  if job.delay > 0 then
    makeDelayed(holder.id, job.from, job.delay)
    emit('delayed', 'jobId', holder.id, 'delay', job.runAt)
  else
    makeReady(holder.id, holder.name, storedPriority(holder.priority))
    emit('waiting', 'jobId', holder.id)
  end
  return true
end
`;

/** Makes a job wait for its time, in BullMQ's order of delayed jobs. Needs the keys `delayed`, `marker`. */
export const DELAY_LUA: string = `
local function holdBack(id, now, delay)
  local first = (now + delay) * 4096
  local last = call('ZREVRANGEBYSCORE', delayedKey, first + 4095, first, 'WITHSCORES', 'LIMIT', 0, 1)
  local score = last[2] and math.min(tonumber(last[2]) + 1, first + 4095) or first
  call('ZADD', delayedKey, score, id)
end

-- Lets an idle worker know when the next delayed job is due, if there is one.
local function announceDelayed()
  local earliest = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')
  if earliest[2] then call('ZADD', markerKey, math.floor(tonumber(earliest[2]) / 4096), '1') end
end

local function makeDelayed(id, now, delay)
  holdBack(id, now, delay)
  announceDelayed()
end
`;
