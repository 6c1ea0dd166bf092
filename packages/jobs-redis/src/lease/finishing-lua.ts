/** The number of jobs to keep from which on some more may be kept for a few exchanges. */
export const EXACT_BELOW = 1000;

/** Finishes jobs of ours; applies retention once an exchange, however many jobs ended in it. Needs FLOWS_LUA. */
export const FINISHING_LUA: string = `
-- Adds the jobs of each group to their sets, and applies retention there. A busy worker looks for old jobs only in one
-- exchange of 16, and for jobs beyond a large number only in one of 4: by the microsecond, as in the plain exchange.
local function keepFinished(groups, isBusy)
  local turn = isBusy and time[2] % 16 or 0
  for _, ended in pairs(groups) do
    -- A group is empty if its retention keeps none.
    if #ended > 0 then
      keepJobs(ended.state, ended.name, unpack(ended))
      if turn % 4 == 0 or ended.count < ${EXACT_BELOW} then
        trimKept(ended.state, ended.name, now, turn == 0 and ended.age, ended.count, ended.total)
      end
    end
  end
end

-- The jobs that ended, by state, retention and name: the end and the id of each.
local groups, finished = {}, 0

-- Adds a job that is in no state to the finished ones, or deletes it if none are kept.
local function finish(job, state, fields)
  if job.deid then
    -- A key with a time limit outlives its job.
    local key = prefix .. 'de:' .. job.deid
    if call('GET', key) == job.id and call('PTTL', key) < 0 then call('DEL', key) end
  end
  local stays = job.flow and flow.ended(job, state)
  local age, count, total = keptOf(job.keep, state)
  if count == 0 and not stays then return dropJobs({ job.id }) end
  fields[#fields + 1], fields[#fields + 2] = 'finishedOn', now
  call('HSET', job.key, unpack(fields))
  if stays then
    call('ZADD', finishedKeys[state], string.format('%.4f', time[1] * 1000 + time[2] / 1000 + finished / 4096), job.id)
    finished = finished + 1
    return
  end
  local group = state .. ' ' .. job.keep .. ' ' .. job.name
  local ended = groups[group] or { state = state, name = job.name, age = age, count = count, total = total }
  groups[group] = ended
  -- Scores the job by its end, finer than a microsecond, so that jobs that end together keep their order.
  ended[#ended + 1], ended[#ended + 2] = time[1] * 1000 + time[2] / 1000 + finished / 4096, job.id
  finished = finished + 1
end

-- Returns the fields that say how a job failed, and others.
local function failureOf(job, ...)
  local fields = { 'failedReason', job.text, 'pj:error', job.error, 'pj:snooze', '', ... }
  if job.failures and job.failures ~= '' then fields[#fields + 1], fields[#fields + 2] = 'pj:failures', job.failures end
  if job.stack and job.stack ~= '' then fields[#fields + 1], fields[#fields + 2] = 'stacktrace', job.stack end
  return fields
end

-- Fails or cancels a job, by its state. BullMQ has no cancelled state: its listeners get a failed event.
local function failJob(job, from, made, state)
  local fields = failureOf(job)
  if made then fields[#fields + 1], fields[#fields + 2] = 'atm', made end
  finish(job, state or 'failed', fields)
  emit('pj:failure', 'jobId', job.id, 'name', job.name, 'error', job.error)
  emit('failed', 'jobId', job.id, 'failedReason', job.text, 'prev', from, 'state', state or 'failed', flow.mark(job.flow))
end
`;
