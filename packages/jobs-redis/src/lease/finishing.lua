-- Finishes jobs of ours; applies retention once an exchange, however many jobs ended in it. Needs flows.lua.

-- Returns whether more are kept than a busy worker leaves.
local function isFull(ended)
  return call('ZCARD', keptKey(ended.state, ended.name)) > ended.count + 128 or ended.total > 0
    and call('ZCARD', finishedKeys[ended.state]) > ended.total + 128 + call('SCARD', prefix .. 'pj:awaited:' .. ended.state)
end

-- Adds the jobs of each group to their sets, and applies retention there. A busy worker looks for old jobs only in one
-- exchange of 16, by the microsecond, and leaves a few jobs beyond a large number: as in the plain exchange.
local function keepFinished(groups, isBusy)
  local looks = not isBusy or time[2] % 16 == 0
  for _, ended in pairs(groups) do
    -- A group is empty if its retention keeps none.
    if #ended > 0 then
      keepJobs(ended.state, ended.name, unpack(ended))
      if looks or ended.count < 1000 or isFull(ended) then
        trimKept(ended.state, ended.name, now, looks and ended.age, ended.count, ended.total)
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
  if job.hk and state == 'failed' then
    -- It holds its key: no retention applies to it.
    call('SADD', prefix .. 'pj:awaited:failed', job.id)
    stays = true
  end
  local age, count, total = keptOf(job.keep, state)
  if count == 0 and not stays then return dropJobs({ job.id }) end
  fields[#fields + 1], fields[#fields + 2] = 'finishedOn', now
  call('HSET', job.key, unpack(fields))
  -- Finer than a microsecond, so that jobs that end together keep their order.
  local endedAt = time[1] * 1000 + time[2] / 1000 + finished / 4096
  finished = finished + 1
  if stays then return call('ZADD', finishedKeys[state], string.format('%.4f', endedAt), job.id) end
  local group = state .. ' ' .. job.keep .. ' ' .. job.name
  local ended = groups[group] or { state = state, name = job.name, age = age, count = count, total = total }
  groups[group] = ended
  ended[#ended + 1], ended[#ended + 2] = endedAt, job.id
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
