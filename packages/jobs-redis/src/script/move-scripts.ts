import { FAIL_LUA } from './fail-lua.ts';
import { FETCH_KEYS, FETCH_PARTS } from './fetch-lua.ts';
import { defineScript, type Script } from './script.ts';
import { STATE_KEYS, STATE_LUA } from './state-lua.ts';

/** What {@link claimScript} answers when BullMQ's own script is to be asked. */
export const ASK_BULLMQ = -1;

/**
 * Claims the next job. Arguments: token, now, how long a lock lasts, `1` when the worker knows of limits.
 * Answers as \`fetch\` does, or {@link ASK_BULLMQ}.
 */
export const claimScript: Script = defineScript(
  'Claim',
  FETCH_KEYS,
  ...FETCH_PARTS,
  `
if isLimitedByBullMQ() then return ${ASK_BULLMQ} end
return fetch(arg(1), arg(2), arg(3), arg(4), true)
`,
);

/**
 * Ends a lease and claims the next job. What ends it is told by the first arguments: id, token, now, how
 * long a lock lasts, `1` when the worker knows of limits, `1` to claim the next job, the job's name, and the limit
 * it holds a slot under (0: look it up; nothing: it holds none).
 */
const END_LUA = `
local id, token, now, name, limit = arg(1), arg(2), arg(3), arg(7), arg(8)
local jobKey = prefix .. id

local handedOut = false

-- Takes a job out of the active ones; answers what is wrong in BullMQ's numbers, if anything is. It may stay in
-- the set of those seen active, where one without a lock counts only while it is active.
local function leave()
  local lock = call('GET', jobKey .. ':lock')
  if lock ~= token then
    if call('EXISTS', jobKey) == 0 then return -1 end
    return lock and -6 or -2
  end
  call('DEL', jobKey .. ':lock')
  if call('LREM', activeKey, -1, id) == 0 then return -3 end
  if limit == '' then return nil end
  local most = tonumber(limit)
  if most == 0 then most = limitOf(name) end
  handedOut = most and call('ZREM', slotsOf(name), id) == 1 and handOut(name, most)
  return nil
end

-- Claims the next job if that is wanted; answers nothing when there is none and none is delayed either.
local function fetchNext()
  local found
  if arg(6) == '1' and not isLimitedByBullMQ() then
    found = fetch(token, now, arg(4), arg(5), false)
  end
  if handedOut then wakeForRest() end
  if found and (found[2] ~= 0 or found[4] ~= 0 or metaOf(1)) then return found end
  return nil
end
`;

/**
 * Records that a job of ours completed, with its retention. Arguments besides those of ending a lease: the
 * result, how many attempts were made, and what is kept of completed jobs (age in seconds or nothing, count
 * or nothing). Answers the next job as `fetch` does, 0, or BullMQ's negative numbers.
 */
export const completeScript: Script = defineScript(
  'Complete',
  [...FETCH_KEYS, 'completed'],
  ...FETCH_PARTS,
  END_LUA,
  `
local result, age, count = arg(9), tonumber(arg(11)), tonumber(arg(12))
local wrong = leave()
if wrong then return wrong end

local function drop(old)
  local key = prefix .. old
  call('DEL', key, key .. ':logs', key .. ':dependencies', key .. ':processed', key .. ':failed', key .. ':unsuccessful')
end

if count == 0 then
  drop(id)
else
  call('ZADD', completedKey, now, id)
  call('HSET', jobKey, 'returnvalue', result, 'finishedOn', now, 'atm', arg(10))
  if age then
    local aged = call('ZRANGEBYSCORE', completedKey, '-inf', tonumber(now) - age * 1000, 'LIMIT', 0, 1000)
    for _, old in ipairs(aged) do drop(old) end
    if #aged > 0 then call('ZREM', completedKey, unpack(aged)) end
  end
  local over = count and count > 0 and call('ZCARD', completedKey) - count or 0
  if over > 0 then
    local popped = call('ZPOPMIN', completedKey, math.min(over, 1000))
    for i = 1, #popped, 2 do drop(popped[i]) end
  end
end
emit('completed', 'jobId', id, 'returnvalue', result, 'prev', 'active')
local found = fetchNext()
if found then return found end
if call('EXISTS', waitKey, activeKey, prioritizedKey) == 0 then emit('drained') end
return 0
`,
);

/**
 * Records that a job of ours was cancelled, with its retention. Arguments besides those of ending a lease: the
 * error's message, the error, the failures of its attempts, how many were made, and what is kept of cancelled
 * jobs by default (age in seconds, count). Answers as {@link completeScript} does.
 */
export const cancelScript: Script = defineScript(
  'Cancel',
  [...new Set([...FETCH_KEYS, ...STATE_KEYS])],
  ...FETCH_PARTS,
  STATE_LUA,
  END_LUA,
  FAIL_LUA,
  `
local job = call('HMGET', jobKey, 'deid', 'opts')
local wrong = leave()
if wrong then return wrong end
call('HSET', jobKey, 'pj:failures', arg(11), 'atm', arg(12))
failJob({ id = id, state = 'cancelled', name = name, deid = job[1], options = job[2], now = now, message = arg(9), failure = arg(10), prev = 'active', age = arg(13), count = arg(14) })
return fetchNext() or 0
`,
);

/**
 * Has a job wait until a time, with no attempt used. Arguments besides those of ending a lease: the
 * reason, until when. Answers as {@link completeScript} does.
 */
export const snoozeScript: Script = defineScript(
  'Snooze',
  FETCH_KEYS,
  ...FETCH_PARTS,
  END_LUA,
  `
local reason, runAt = arg(9), tonumber(arg(10))
local wrong = leave()
if wrong then return wrong end
local delay = runAt - tonumber(now)
call('HSET', jobKey, 'delay', delay, 'pj:snooze', reason, 'pj:runAt', arg(10))
holdBack(id, tonumber(now), delay)
emit('delayed', 'jobId', id, 'delay', arg(10))
local found = fetchNext()
-- Of one that is due before it, the others have been told.
if not found or found[2] == 0 or call('ZRANGE', delayedKey, 0, 0)[1] == id then announceDelayed() end
return found or 0
`,
);
