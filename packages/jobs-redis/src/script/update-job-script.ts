import { DELAY_LUA } from './deduplicate-lua.ts';
import { EMIT_LUA, READY_LUA } from './ready-lua.ts';
import { defineScript, type Script } from './script.ts';
import { STATE_LUA } from './state-lua.ts';

/**
 * Changes a waiting or delayed job; if only its metadata changes, a job in any state but active.
 * Without a priority as stored or a time to start it leaves these. Returns whether it changed the job; −1 when the options have changed meanwhile.
 */
export const updateJobScript: Script<
  | 'id'
  | 'now'
  | 'before'
  | 'after'
  | 'hasPayload'
  | 'data'
  | 'version'
  | 'newPriority'
  | 'runAt'
  | 'isNote'
> = defineScript(
  'UpdateJob',
  [
    'id',
    'now',
    'before',
    'after',
    'hasPayload',
    'data',
    'version',
    'newPriority',
    'runAt',
    'isNote',
  ],
  EMIT_LUA,
  READY_LUA,
  DELAY_LUA,
  STATE_LUA,
  `
local now, priority, runAt = tonumber(now), tonumber(newPriority), tonumber(runAt)
local jobKey = prefix .. id
local job = call('HMGET', jobKey, 'name', 'priority', 'opts')
if not job[1] then return 0 end
local state, key = stateOf(id, job[1])
if not state or state == 'active' then return 0 end
local waits = state == 'waiting' or state == 'delayed'
if not waits and isNote == '0' then return 0 end
if (job[3] or '') ~= before then return -1 end

if before ~= after then call('HSET', jobKey, 'opts', after) end
if hasPayload == '1' then call('HSET', jobKey, 'data', data, 'pj:version', version) end
if priority then call('HSET', jobKey, 'priority', string.format('%.0f', priority)) end
local class = priority or storedPriority(tonumber(job[2]))
if runAt and runAt > now then
  takeOut(id, job[1], state, key)
  if isOrdered then call('HDEL', jobKey, 'pj:arrived') end
  call('HSET', jobKey, 'delay', string.format('%.0f', runAt - now), 'pj:runAt', string.format('%.0f', runAt))
  makeDelayed(id, now, runAt - now)
  emit('delayed', 'jobId', id, 'delay', string.format('%.0f', runAt))
elseif runAt then
  takeOut(id, job[1], state, key)
  if isOrdered then call('HDEL', jobKey, 'pj:arrived') end
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
