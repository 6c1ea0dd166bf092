import { DELAY_LUA } from './deduplicate-lua.ts';
import { FAIL_LUA } from './fail-lua.ts';
import { EMIT_LUA, READY_KEYS, READY_LUA } from './ready-lua.ts';
import { defineScript, type Script } from './script.ts';
import { STATE_KEYS, STATE_LUA } from './state-lua.ts';

/**
 * Lets a job that was claimed go on if its name's limit allows, taking the slot of one that still waits
 * its turn if need be; else parks it as if it had not been claimed. Arguments: id, token, name, limit, `1` to
 * make the limit known. Answers 1 to go on, 0 when parked, −1 when the lease is not held.
 */
export const gateScript: Script = defineScript(
  'Gate',
  [...READY_KEYS, 'active', 'stalled', 'events'],
  READY_LUA,
  EMIT_LUA,
  `
local id, token, name, limit = arg(1), arg(2), arg(3), tonumber(arg(4))
if arg(5) == '1' then
  call('HSET', limitsKey, name, limit)
  call('HSET', metaKey, 'pj:limited', 1)
end
limits[name] = limit
local slots = slotsOf(name)
-- Most hold a slot since their turn came; redelivered ones still do.
if call('ZADD', slots, 'XX', 'CH', -1, id) == 1 or call('ZSCORE', slots, id) then return 1 end
if call('ZCARD', slots) < limit then
  call('ZADD', slots, -1, id)
  return 1
end
local worst = call('ZREVRANGE', slots, 0, 0, 'WITHSCORES')
if tonumber(worst[2]) >= 0 and call('ZREM', prioritizedKey, worst[1]) == 1 then
  call('ZREM', slots, worst[1])
  call('ZADD', parkedOf(name), worst[2], worst[1])
  call('ZADD', slots, -1, id)
  return 1
end
local jobKey = prefix .. id
if call('GET', jobKey .. ':lock') ~= token then return -1 end
call('DEL', jobKey .. ':lock')
call('SREM', stalledKey, id)
call('LREM', activeKey, -1, id)
if call('HINCRBY', jobKey, 'ats', -1) == 0 then call('HDEL', jobKey, 'processedOn') end
local priority = storedPriority(tonumber(call('HGET', jobKey, 'priority')))
call('ZADD', parkedOf(name), turnOf(priority, parkedOf(name)), id)
settle(name, limit)
emit('waiting', 'jobId', id, 'prev', 'active')
return 0
`,
);

/**
 * Does what BullMQ does not, just before it moves on a job whose lease is held: lets go of its slot, tells
 * of its failure. Arguments: id, token, name, the limit of its name (0: look it up; nothing: it holds no slot),
 * `1` when BullMQ then fetches the next job and so wakes who is needed, the error or nothing, when the next
 * attempt follows or nothing.
 */
export const beforeMoveScript: Script = defineScript(
  'BeforeMove',
  [...READY_KEYS, 'events'],
  READY_LUA,
  EMIT_LUA,
  `
local id, name, failure = arg(1), arg(3), arg(6)
if call('GET', prefix .. id .. ':lock') ~= arg(2) then return 0 end
if arg(4) ~= '' then
  local limit = tonumber(arg(4))
  if limit == 0 then limit = limitOf(name) end
  if limit and call('ZREM', slotsOf(name), id) == 1 and handOut(name, limit) and arg(5) ~= '1' then wake() end
end
if failure ~= '' then emit('pj:failure', 'jobId', id, 'name', name, 'error', failure, 'runAt', arg(7)) end
return 1
`,
);

/**
 * Finds out what became of a job whose lock is not there when it should be: its move may have been done
 * and only the answer lost; or the lock ran out while the server was away and nobody has taken the job
 * yet, and then it is locked again. Arguments: id or nothing, fencing token, stalled count, token, how long
 * a lock lasts.
 *
 * Answers `gone`, `moved` or `held`, and, if another job was claimed with the token, its hash and id.
 */
export const afterLossScript: Script = defineScript(
  'AfterLoss',
  ['active'],
  `
local id, token = arg(1), arg(4)
local state = 'gone'
if id ~= '' then
  local job = call('HMGET', prefix .. id, 'name', 'ats', 'stc')
  if not job[1] then
    state = 'moved'
  elseif job[2] == arg(2) and (job[3] or '0') == arg(3) then
    if not call('LPOS', activeKey, id) then
      state = 'moved'
    elseif call('SET', prefix .. id .. ':lock', token, 'PX', arg(5), 'NX') or call('GET', prefix .. id .. ':lock') == token then
      state = 'held'
    end
  end
end
for _, other in ipairs(call('LRANGE', activeKey, 0, -1)) do
  if other ~= id and call('GET', prefix .. other .. ':lock') == token then
    call('PEXPIRE', prefix .. other .. ':lock', arg(5))
    return { state, { call('HGETALL', prefix .. other), other, 0, 0 } }
  end
end
return { state }
`,
);

/**
 * Makes a job its worker holds wait again, with no attempt used. Arguments: id, token, the reason, `1` to
 * have it ahead of its priority's others. Answers whether the lease was held.
 */
export const giveBackScript: Script = defineScript(
  'GiveBack',
  [...READY_KEYS, 'active', 'stalled', 'events'],
  READY_LUA,
  EMIT_LUA,
  `
local id, token = arg(1), arg(2)
local jobKey = prefix .. id
if call('GET', jobKey .. ':lock') ~= token then return 0 end
call('DEL', jobKey .. ':lock')
call('SREM', stalledKey, id)
if call('LREM', activeKey, -1, id) == 0 then return 0 end
call('HSET', jobKey, 'pj:snooze', arg(3))
local job = call('HMGET', jobKey, 'name', 'priority')
makeReady(id, job[1], storedPriority(tonumber(job[2])), arg(4) == '1')
emit('waiting', 'jobId', id, 'prev', 'active')
return 1
`,
);

/**
 * Takes back the jobs whose lock has run out, as BullMQ does in two rounds: those it saw active the round
 * before and finds without a lock now. What stalled too often fails at once.
 *
 * Arguments: how often a job may stall, now, how often to look, the error's message, the error, and what
 * is kept of failed jobs by default (age, count). Answers id, name, fencing token and whether it failed.
 */
export const recoverScript: Script = defineScript(
  'Recover',
  [...READY_KEYS, ...STATE_KEYS, 'stalled', 'stalled-check', 'events'],
  READY_LUA,
  EMIT_LUA,
  STATE_LUA,
  FAIL_LUA,
  DELAY_LUA,
  `
local most, now, every, message, failure = tonumber(arg(1)), arg(2), arg(3), arg(4), arg(5)
if not call('SET', stalledCheckKey, now, 'PX', every, 'NX') then return {} end

local found = {}
local seen = call('SMEMBERS', stalledKey)
for _, id in ipairs(seen) do
  local jobKey = prefix .. id
  if call('EXISTS', jobKey .. ':lock') == 0 and call('LREM', activeKey, 1, id) > 0 then
    local job = call('HMGET', jobKey, 'name', 'priority', 'ats', 'deid', 'opts')
    if job[1] then
      local count = call('HINCRBY', jobKey, 'stc', 1)
      emit('stalled', 'jobId', id, 'name', job[1])
      if count > most then
        release(id, job[1])
        failJob({ id = id, state = 'failed', name = job[1], deid = job[4], options = job[5], now = now, message = message, failure = failure, prev = 'active', age = arg(6), count = arg(7) })
      else
        makeReady(id, job[1], storedPriority(tonumber(job[2])), true)
        emit('waiting', 'jobId', id, 'prev', 'active')
      end
      found[#found + 1] = { id, job[1], tonumber(job[3]) or 0, count > most and 1 or 0 }
    end
  end
end
if #seen > 0 then call('DEL', stalledKey) end
local active = call('LRANGE', activeKey, 0, -1)
for from = 1, #active, 1000 do
  call('SADD', stalledKey, unpack(active, from, math.min(from + 999, #active)))
end
-- A marker is lost with a worker that took it and died before it claimed a job.
if call('ZCARD', prioritizedKey) > 0 then wake() else announceDelayed() end
return found
`,
);

/**
 * Stores what a handler reported, if its lease is held. Arguments: id, fencing token, the progress.
 * Answers whether it was.
 */
export const setProgressScript: Script = defineScript(
  'SetProgress',
  ['events', 'meta'],
  EMIT_LUA,
  `
local jobKey = prefix .. arg(1)
if call('HGET', jobKey, 'ats') ~= arg(2) or call('EXISTS', jobKey .. ':lock') == 0 then return 0 end
call('HSET', jobKey, 'progress', arg(3))
emit('progress', 'jobId', arg(1), 'data', arg(3))
return 1
`,
);

/** Finds the active jobs somebody wants cancelled. Arguments: ids. Answers pairs of id and request. */
export const cancelRequestsScript: Script = defineScript(
  'CancelRequests',
  ['meta'],
  `
local found = {}
for i = 1, #ARGV - 1 do
  local request = call('HGET', prefix .. arg(i), 'pj:cancel')
  if request then found[#found + 1] = { arg(i), request } end
end
return found
`,
);
