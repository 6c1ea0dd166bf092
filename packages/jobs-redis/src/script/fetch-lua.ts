import { DELAY_LUA } from './deduplicate-lua.ts';
import { EMIT_LUA, READY_KEYS, READY_LUA } from './ready-lua.ts';
import type { KeyName } from './script.ts';

/**
 * Claims the next job for a token just as BullMQ does, in fewer steps. Two things are done better: what is
 * due goes where the limit of its name wants it, and other workers are woken only when there is something for
 * them to do: of a delayed job they are told when it is due.
 */
const FETCH_LUA = `
-- Whether the queue as a whole is limited, which BullMQ's own scripts see to.
local function isLimitedByBullMQ()
  return metaOf(3) or metaOf(4)
end

-- Lets jobs wait whose time has come, and leaves it to its caller to wake workers for them; answers
-- whether there were any.
local function promote(now)
  local due = call('ZRANGEBYSCORE', delayedKey, 0, (now + 1) * 4096 - 1, 'LIMIT', 0, 1000)
  if #due == 0 then return false end
  call('ZREM', delayedKey, unpack(due))
  local wasAwake = awake
  awake = true
  for _, id in ipairs(due) do
    local job = call('HMGET', prefix .. id, 'name', 'priority')
    makeReady(id, job[1] or '', storedPriority(tonumber(job[2])))
    call('HSET', prefix .. id, 'delay', 0)
    emit('waiting', 'jobId', id, 'prev', 'delayed')
  end
  awake = wasAwake
  return true
end

local function takeFirst()
  local id = call('RPOPLPUSH', waitKey, activeKey)
  if id and string.sub(id, 1, 2) == '0:' then
    -- A marker of BullMQ before version 5.
    call('LREM', activeKey, 1, id)
    id = false
  end
  if id then return id end
  id = call('ZPOPMIN', prioritizedKey)[1]
  if id then call('LPUSH', activeKey, id) else call('DEL', pcKey) end
  return id
end

-- Has a claimed job hold the slot it waited its turn with; answers the limit of its name if it had one.
local function takeSlot(id, name)
  local limit = limitOf(name)
  return limit and call('ZADD', slotsOf(name), 'XX', 'CH', -1, id) == 1 and limit or 0
end

local function wakeForRest()
  if call('EXISTS', waitKey, prioritizedKey) > 0 then wake() end
end

-- Answers a job's hash, its id, 0, 0 and the limit of its name, if it has a slot under one; or 0, 0, 0 and when the
-- next delayed job is due. What a worker that was idle leaves to do, the others are told.
local function fetch(token, now, lockDuration, knowsLimits, wasIdle)
  local promoted = promote(tonumber(now))
  if metaOf(1) then return { 0, 0, 0, 0 } end
  local id = takeFirst()
  if not id then
    local earliest = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')
    return { 0, 0, 0, earliest[2] and tonumber(earliest[2]) / 4096 or 0 }
  end
  local jobKey = prefix .. id
  local hash = call('HGETALL', jobKey)
  local name, starts = '', 0
  for i = 1, #hash, 2 do
    if hash[i] == 'ats' then starts = tonumber(hash[i + 1]) or 0 end
    if hash[i] == 'name' then name = hash[i + 1] end
  end
  call('HSET', jobKey, 'processedOn', now, 'ats', starts + 1)
  call('SET', jobKey .. ':lock', token, 'PX', lockDuration)
  emit('active', 'jobId', id, 'prev', 'waiting')
  if wasIdle or promoted then wakeForRest() end
  if wasIdle then announceDelayed() end
  local count = #hash
  hash[count + 1], hash[count + 2], hash[count + 3], hash[count + 4] = 'processedOn', now, 'ats', tostring(starts + 1)
  return { hash, id, 0, 0, knowsLimits == '1' and takeSlot(id, name) or 0 }
end
`;

/** The keys that {@link FETCH_PARTS} need. */
export const FETCH_KEYS: readonly KeyName[] = [
  ...READY_KEYS,
  'events',
  'wait',
  'active',
  'delayed',
];

/** Defines `fetch`, which claims the next job. */
export const FETCH_PARTS: readonly string[] = [READY_LUA, EMIT_LUA, DELAY_LUA, FETCH_LUA];
