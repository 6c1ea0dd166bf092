/**
 * Cancels a job that is in no state, and applies its retention. BullMQ has no cancelled state: its listeners get a
 * failed event, and a job that BullMQ added, or whose parent it knows, fails. Needs REMOVING_LUA.
 */
export const CANCEL_LUA: string = `
-- Returns whether a job that BullMQ added is kept once it has failed.
local function isKept(options)
  local ok, all = pcall(cjson.decode, options or '{}')
  local keep = ok and type(all) == 'table' and all.removeOnFail
  if type(keep) == 'table' then keep = keep.count end
  return keep ~= true and keep ~= 0
end

local function cancelJob(job)
  local id, now = job.id, tonumber(job.now)
  local state = job.keep and not job.parent and 'cancelled' or 'failed'
  call('HSET', prefix .. id, 'failedReason', job.message, 'pj:error', job.failure, 'finishedOn', job.now)
  call('HDEL', prefix .. id, 'pj:snooze', 'defa')
  if job.deid and call('PTTL', prefix .. 'de:' .. job.deid) < 0 then freeKey(id, job.deid) end
  emit('pj:failure', 'jobId', id, 'name', job.name, 'error', job.failure)
  job.flow = flow.read(id)
  emit('failed', 'jobId', id, 'failedReason', job.message, 'prev', job.prev, 'state', state, flow.mark(job.flow))
  local stays = job.flow and flow.ended(job, state)
  if state == 'failed' then
    if isKept(job.options) or stays then call('ZADD', failedKey, now, id)
    else
      freeKey(id, job.deid)
      flow.drop(flow.here .. id)
    end
    return
  end
  if stays then return call('ZADD', finishedKeys[state], now, id) end
  local age, count, total = keptOf(job.keep, state)
  if count == 0 then return dropJobs({ id }) end
  keepJobs(state, job.name, now, id)
  trimKept(state, job.name, now, age, count, total)
end
`;
