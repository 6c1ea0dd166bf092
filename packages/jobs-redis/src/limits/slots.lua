-- Counts the jobs that start and end. Needs barriers.lua.

-- Counts the jobs of a line that start: their ids and tokens, alternating.
local function noteStarts(line, started)
  local limit = shared.limitsOf(line)
  if #started == 0 then return end
  local starts, ids, slots = {}, {}, {}
  for i = 1, #started, 2 do
    ids[#ids + 1] = started[i]
    slots[#ids] = slotOf(started[i], line.ck)
    starts[#starts + 1], starts[#starts + 2] = now, started[i] .. ':' .. started[i + 1]
  end
  if limit.max then
    call('ZADD', startsOf(line), unpack(starts))
    call('PEXPIRE', startsOf(line), math.ceil(limit.per) + 1000)
    if (line.starts or 0) > 2 * limit.max then call('ZREMRANGEBYSCORE', startsOf(line), '-inf', now - limit.per) end
  end
  if limit.c or limit.k and line.ck then call('SADD', slotsOf(line.name), unpack(slots)) end
  if limit.k and line.ck then call('SADD', keySlotsOf(line), unpack(ids)) end
end

-- Notes that a job is no longer active. One that never started to run (not started) gives its start under the rate
-- back, which may open its line at once. Slots are freed later, all together, by freeSlots, but for that of a strict key
-- which the job keeps: its `ending` is that of an outcome.
local ends = {}
local function noteEnd(job, started, ending)
  if not limitOf(job.name) then return end
  local line = lineOf(job.name, job.ck, job.rk)
  local limit = shared.limitsOf(line)
  if limit.max and not started and call('ZREM', startsOf(line), job.id .. ':' .. job.token) == 1 then
    if call('HGET', shutKey, line.id) == 't' then openShut(line, 't') end
    openRated(line)
  end
  local function add(key, barrier, slot)
    ends[key] = ends[key] or { barrier = barrier }
    table.insert(ends[key], slot)
  end
  -- Its key may have been limited when it started, though it no longer is.
  if limit.c or line.ck then add(slotsOf(line.name), 'c' .. line.name, slotOf(job.id, line.ck)) end
  if line.ck then
    if not (shared.keeps(line.ck, ending) and shared.hold(job, line)) then add(keySlotsOf(line), 'k' .. shared.nameOf(line, line.ck), job.id) end
  elseif job.hk and ending ~= 'unstarted' and not shared.keeps(job.hk, ending) then
    shared.free(job.id, job.name, job.hk)
    job.hk = nil
  end
end

local function freeSlots()
  for key, ids in pairs(ends) do
    local freed = call('SREM', key, unpack(ids))
    if freed > 0 then reopen(ids.barrier, freed) end
  end
end

-- Files lines again whose opening time has come.
local function openDue()
  for _, id in ipairs(call('ZRANGEBYSCORE', openingsKey, '-inf', now, 'LIMIT', 0, 100)) do
    openShut(parseLine(id), 't')
  end
end
