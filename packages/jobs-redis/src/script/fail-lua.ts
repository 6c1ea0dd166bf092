import { RETAIN_LUA } from './retain-lua.ts';

/**
 * Fails or cancels a job that is in no state, and applies its retention. BullMQ knows no cancelled jobs: to its
 * listeners one has failed, and what belongs to BullMQ (a job that it added, or whose parent it knows) fails.
 * Needs STATE_LUA, EMIT_LUA and the keys `active`, `wait`, `prioritized`.
 */
export const FAIL_LUA: string = `${RETAIN_LUA}
-- Answers what a job ends as that somebody cancelled.
local function cancelledState(options, parentKey)
  return options and string.find(options, '"pj":{', 1, true) and not parentKey and 'cancelled' or 'failed'
end

-- What is kept by default (job.age, job.count) is that of the state.
local function failJob(job)
  local id, now, state = job.id, tonumber(job.now), job.state
  local age, count = keepOf(job.options, state == 'cancelled' and 'removeOnCancel' or 'removeOnFail', job.age, job.count)
  call('HSET', prefix .. id, 'failedReason', job.message, 'pj:error', job.failure, 'finishedOn', job.now)
  call('HDEL', prefix .. id, 'pj:snooze', 'defa')
  if job.deid and call('PTTL', prefix .. 'de:' .. job.deid) < 0 then freeKey(id, job.deid) end
  emit('pj:failure', 'jobId', id, 'name', job.name, 'error', job.failure)
  emit('failed', 'jobId', id, 'failedReason', job.message, 'prev', job.prev, 'state', state)
  if call('EXISTS', waitKey, activeKey, prioritizedKey) == 0 then emit('drained') end
  if count == 0 then removeJob(id, job.deid) else retain(state, id, now, age, count) end
end
`;
