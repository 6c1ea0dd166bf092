import type { JobStatus } from '@philjs/jobs-core';
import { READY_LUA } from './ready-lua.ts';
import { defineScript, type Script } from './script.ts';
import { STATE_LUA } from './state-lua.ts';

/** Reads jobs by their ids. Returns the state and the hash of each, or nothing. */
export const readJobsScript: Script<never, ([status: JobStatus, hash: string[]] | [])[]> =
  defineScript('ReadJobs')`
${READY_LUA}${STATE_LUA}
local found = {}
for i = 1, restSize do
  local id = rest(i)
  local hash = call('HGETALL', prefix .. id)
  local state = hash[1] and stateOf(id, call('HGET', prefix .. id, 'name'))
  found[i] = state and { state, hash } or {}
end
return found
`;

/** Counts the jobs in each state, in the order of `JOB_STATUSES`. */
export const countJobsScript: Script<never, number[]> = defineScript('CountJobs')`
${READY_LUA}
local waiting = isOrdered and call('ZCARD', orderedKey) + call('ZCARD', movingKey) or 0
waiting = waiting + call('LLEN', waitKey) + call('LLEN', pausedKey) + call('ZCARD', prioritizedKey)
for _, name in ipairs(call('HKEYS', limitsKey)) do waiting = waiting + call('ZCARD', parkedOf(name)) + call('ZCARD', keyedOf(name)) end
return {
  waiting, call('ZCARD', delayedKey), call('LLEN', activeKey), call('ZCARD', completedKey),
  call('ZCARD', failedKey), call('ZCARD', cancelledKey), call('ZCARD', waitingChildrenKey) + call('ZCARD', prefix .. 'pj:blocked')
}
`;
