import { KEEP_DEFAULTS } from '../record/job-options.ts';

/**
 * Finishes jobs, and drops those that are kept no longer: once an exchange, however many ended in it.
 *
 * What a job wants kept is in its field `pj:keep`: an age in seconds and a count of completed, of failed and of
 * cancelled jobs; empty for the defaults. Only jobs of ours have it.
 */
export const RETAINING_LUA: string = `
local trims = {}

local keptAt = { completed = 1, failed = 3, cancelled = 5 }
local sets = { completed = completedKey, failed = failedKey, cancelled = cancelledKey }

-- Answers age and count of what is kept of jobs that end in a state.
local function keptOf(keep, state)
  local all = {}
  for number in string.gmatch(keep == '' and '${KEEP_DEFAULTS}' or keep, '[^,]+') do all[#all + 1] = tonumber(number) end
  return all[keptAt[state]], all[keptAt[state] + 1]
end

local function drop(ids)
  for from = 1, #ids, 1000 do
    local keys = {}
    for i = from, math.min(from + 999, #ids) do
      local key = prefix .. ids[i]
      for _, suffix in ipairs({ '', ':logs', ':dependencies', ':processed', ':failed', ':unsuccessful' }) do keys[#keys + 1] = key .. suffix end
    end
    call('DEL', unpack(keys))
  end
end

-- Moves a job that is in no state to those that finished, or drops it.
local function finish(job, state, fields)
  if job.deid then
    -- A key with a time limit outlives its job.
    local key = prefix .. 'de:' .. job.deid
    if call('GET', key) == job.id and call('PTTL', key) < 0 then call('DEL', key) end
  end
  local set, kept = sets[state], state .. job.keep
  if not trims[kept] then
    local age, count = keptOf(job.keep, state)
    trims[kept] = { set = set, age = age, count = count }
  end
  if trims[kept].count == 0 then return drop({ job.id }) end
  fields[#fields + 1], fields[#fields + 2] = 'finishedOn', now
  call('HSET', job.key, unpack(fields))
  call('ZADD', set, now, job.id)
end

-- Fails a job or, as its state says, cancels it: BullMQ knows no cancelled jobs, and is told that it failed.
local function failJob(job, from, made, state)
  local fields = { 'failedReason', job.text, 'pj:error', job.error, 'pj:snooze', '' }
  if job.failures and job.failures ~= '' then fields[7], fields[8] = 'pj:failures', job.failures end
  if job.stack and job.stack ~= '' then fields[#fields + 1], fields[#fields + 2] = 'stacktrace', job.stack end
  if made then fields[#fields + 1], fields[#fields + 2] = 'atm', made end
  finish(job, state or 'failed', fields)
  emit('pj:failure', 'jobId', job.id, 'name', job.name, 'error', job.error)
  emit('failed', 'jobId', job.id, 'failedReason', job.text, 'prev', from, 'state', state or 'failed')
end

-- Drops a few at once where many are kept, and looks for old ones now and then where many end.
local function trim(isBusy)
  for _, kept in pairs(trims) do
    if kept.count > 0 then
      local old = {}
      if not isBusy or sequence % 16 == 0 then
        old = call('ZRANGEBYSCORE', kept.set, '-inf', now - kept.age * 1000, 'LIMIT', 0, 1000)
        if #old > 0 then call('ZREM', kept.set, unpack(old)) end
      end
      local over = call('ZCARD', kept.set) - kept.count
      if over > math.min(20, kept.count / 50) then
        local popped = call('ZPOPMIN', kept.set, math.min(over, 1000))
        for i = 1, #popped, 2 do old[#old + 1] = popped[i] end
      end
      drop(old)
    end
  end
end
`;
