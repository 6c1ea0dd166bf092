-- Gives the holder of a key the payload and options of a new job. Needs keys.lua, ready.lua, emit.lua, delay.lua.

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
  forgetSteps(jobKey)
  bringSteps(jobKey, job.steps)
  if not holder.own then return call('HSET', jobKey, 'data', job.data, 'pj:version', job.version) end
  call('HSET', jobKey, 'data', job.data, 'opts', withKeyOf(holder, job.options), 'priority', job.priority, 'pj:keep', job.keep)
  local key = shared.rekey(holder.id, holder.name, holder.held, job.ck)
  call('HDEL', jobKey, 'pj:version', 'pj:expires', 'pj:ck', 'pj:rk', 'pj:order')
  if key then call('HSET', jobKey, 'pj:ck', key) end
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
