import { EMIT_LUA } from '../script/ready-lua.ts';
import { defineScript, type Script } from '../script/script.ts';
import { LEASE_LUA } from './lease-lua.ts';

/**
 * Renews leases, also those that ran out meanwhile if no other worker has taken their jobs. Besides the named
 * arguments it takes pairs of id and token. Returns the places (from 1) of the lost leases, then place and request
 * of each job to cancel.
 */
export const extendScript: Script<
  'holder' | 'leaseMs',
  [lost: number[], cancelled: [place: number, request: string][]]
> = defineScript('Extend', 'holder leaseMs')`
${LEASE_LUA}
local ids, values, keys = {}, {}, {}
for i = 1, restSize, 2 do
  ids[#ids + 1] = storedOf(rest(i), rest(i + 1))
  values[#ids] = rest(i + 1)
  keys[#ids] = prefix .. ids[#ids] .. ':lock'
end
local lost, cancelled, over, renamed = {}, {}, {}, {}
for i, lock in ipairs(call('MGET', unpack(keys))) do
  local job = call('HMGET', prefix .. ids[i], 'ats', 'pj:cancel', 'pb')
  if job[1] == values[i] and (lock or call('LPOS', activeKey, ids[i])) then over[i] = not lock else lost[#lost + 1] = i end
  if job[3] ~= holder then renamed[i] = true end
  if over[i] ~= nil and job[2] then cancelled[#cancelled + 1] = { i, job[2] } end
end
for i, ranOut in pairs(over) do
  -- Deletes first: a server out of memory permits a delete, and then the rest of the script.
  if ranOut then
    call('DEL', keys[i])
    call('SET', keys[i], lockOf(values[i]), 'PX', leaseMs)
  else
    call('PEXPIRE', keys[i], leaseMs)
  end
  if renamed[i] then call('HSET', prefix .. ids[i], 'pb', holder) end
end
return { lost, cancelled }
`;

/** Stores the progress a handler reported if its lease is held; returns whether it was. */
export const setProgressScript: Script<'id' | 'token' | 'progress'> = defineScript(
  'SetProgress',
  'id token progress',
)`
${EMIT_LUA}
local jobKey = prefix .. id
if call('HGET', jobKey, 'ats') ~= token or call('EXISTS', jobKey .. ':lock') == 0 then return 0 end
call('HSET', jobKey, 'progress', progress)
emit('progress', 'jobId', id, 'data', progress)
return 1
`;
