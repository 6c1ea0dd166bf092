import { DELAY_LUA } from './deduplicate-lua.ts';
import { EMIT_LUA, READY_KEYS, READY_LUA } from './ready-lua.ts';
import { defineScript, type Script } from './script.ts';
import { STATE_KEYS, STATE_LUA } from './state-lua.ts';

/**
 * Changes a waiting or delayed job; if only its metadata changes, a job in any state but active.
 * Arguments: the id, now, the options it must still have and the new ones, whether there is a payload, the
 * payload, its version, the priority as stored or nothing, when it may start or nothing, whether
 * only metadata changes. Returns whether it changed the job; −1 when the options have changed meanwhile.
 */
export const updateJobScript: Script = defineScript(
  'UpdateJob',
  [...READY_KEYS, ...STATE_KEYS, 'events'],
  EMIT_LUA,
  READY_LUA,
  DELAY_LUA,
  STATE_LUA,
  `
local id, now, before, after = arg(1), tonumber(arg(2)), arg(3), arg(4)
local hasPayload, data, version, priority, runAt = arg(5) == '1', arg(6), arg(7), tonumber(arg(8)), tonumber(arg(9))
local isNote = arg(10) == '1'
local jobKey = prefix .. id
local job = call('HMGET', jobKey, 'name', 'priority', 'opts')
if not job[1] then return 0 end
local state, key = stateOf(id, job[1])
if not state or state == 'active' then return 0 end
local waits = state == 'waiting' or state == 'delayed'
if not waits and not isNote then return 0 end
if (job[3] or '') ~= before then return -1 end

if before ~= after then call('HSET', jobKey, 'opts', after) end
if hasPayload then call('HSET', jobKey, 'data', data, 'pj:version', version) end
if priority then call('HSET', jobKey, 'priority', string.format('%.0f', priority)) end
local class = priority or storedPriority(tonumber(job[2]))
if runAt and runAt > now then
  takeOut(id, job[1], state, key)
  call('HSET', jobKey, 'delay', string.format('%.0f', runAt - now), 'pj:runAt', string.format('%.0f', runAt))
  makeDelayed(id, now, runAt - now)
  emit('delayed', 'jobId', id, 'delay', string.format('%.0f', runAt))
elseif runAt then
  takeOut(id, job[1], state, key)
  call('HSET', jobKey, 'delay', 0, 'pj:runAt', string.format('%.0f', now))
  makeReady(id, job[1], class)
  if state == 'delayed' then emit('waiting', 'jobId', id, 'prev', 'delayed') end
elseif priority and state == 'waiting' then
  takeOut(id, job[1], state, key)
  makeReady(id, job[1], class)
end
return 1
`,
);
