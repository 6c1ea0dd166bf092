import { RETAIN_LUA } from '../script/retain-lua.ts';

/** Finishes jobs of ours; what is kept no longer is dropped once an exchange, however many ended in it. */
export const RETAINING_LUA: string = `${RETAIN_LUA}
local trims, finished = {}, 0

-- Moves a job that is in no state to those that finished, or drops it.
local function finish(job, state, fields)
  if job.deid then
    -- A key with a time limit outlives its job.
    local key = prefix .. 'de:' .. job.deid
    if call('GET', key) == job.id and call('PTTL', key) < 0 then call('DEL', key) end
  end
  local age, count, total = keptOf(job.keep, state)
  if count == 0 then return dropJobs({ job.id }) end
  fields[#fields + 1], fields[#fields + 2] = 'finishedOn', now
  call('HSET', job.key, unpack(fields))
  -- By when it ended, to the microsecond and beyond: those that end together stay in their order.
  keepJob(state, job.id, job.name, string.format('%.17g', time[1] * 1000 + time[2] / 1000 + finished / 4096))
  finished = finished + 1
  trims[state .. ' ' .. job.keep .. ' ' .. job.name] = { state, job.name, age, count, total }
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

-- Looks for old ones now and then where many end.
local function trim(isBusy)
  local looksBack = not isBusy or sequence % 16 == 0
  for _, kept in pairs(trims) do trimKept(kept[1], kept[2], now, looksBack and kept[3], kept[4], kept[5]) end
end
`;
