-- Defines `addJob`, which stores the job whose arguments start at a given one, exactly as BullMQ's own scripts do. Returns the
-- id of the job that is stored, what happened (`a`dded, `d`uplicate, `r`eplaced), and when a job of that id had been enqueued.
-- Needs keys.lua.

local clock
local function serverNow()
  clock = clock or call('TIME')
  return clock[1] * 1000 + math.floor(clock[2] / 1000)
end

local function key(text) return text ~= '' and string.sub(text, 2) end

local function read(first)
  local job = {
    id = ARGV[OFFSET + first], name = ARGV[OFFSET + first + 1], data = ARGV[OFFSET + first + 2],
    options = ARGV[OFFSET + first + 3], createdAt = ARGV[OFFSET + first + 4], delay = ARGV[OFFSET + first + 5],
    priority = ARGV[OFFSET + first + 6], keep = ARGV[OFFSET + first + 7], byClock = ARGV[OFFSET + first + 8],
    key = ARGV[OFFSET + first + 9], mode = ARGV[OFFSET + first + 10], ttl = ARGV[OFFSET + first + 11],
    version = ARGV[OFFSET + first + 12], expires = ARGV[OFFSET + first + 13], ck = ARGV[OFFSET + first + 14],
    rk = ARGV[OFFSET + first + 15], maxWait = ARGV[OFFSET + first + 16], order = ARGV[OFFSET + first + 17],
    steps = ARGV[OFFSET + first + 18]
  }
  job.createdAt, job.delay, job.ttl, job.maxWait = tonumber(job.createdAt), tonumber(job.delay), tonumber(job.ttl), tonumber(job.maxWait)
  job.ck, job.rk = key(job.ck), key(job.rk)
  -- A delay that was given as a duration begins now by the server's clock, not by the clock of the enqueuing process.
  job.from = job.byClock == '1' and serverNow() or job.createdAt
  -- The time that the job shows is by the enqueuing process's clock, as is the time it was enqueued.
  job.runAt = string.format('%.0f', job.createdAt + job.delay)
  return job
end

-- "more" may add fields, and returns whether the caller puts the job into its set.
local function store(job, more)
  local fields = { 'name', job.name, 'data', job.data, 'opts', job.options, 'timestamp', string.format('%.0f', job.createdAt), 'delay', job.delay, 'priority', job.priority, 'pj:keep', job.keep }
  if job.delay > 0 then fields[15], fields[16] = 'pj:runAt', job.runAt end
  if job.key ~= '' then fields[#fields + 1], fields[#fields + 2] = 'deid', job.key end
  if job.ck then fields[#fields + 1], fields[#fields + 2] = 'pj:ck', job.ck end
  if job.rk then fields[#fields + 1], fields[#fields + 2] = 'pj:rk', job.rk end
  if job.order ~= '' then fields[#fields + 1], fields[#fields + 2] = 'pj:order', job.order end
  local isLeft = more and more(job, fields)
  call('HSET', prefix .. job.id, unpack(fields))
  if job.steps ~= '' then
    -- BullMQ's tools remove a job without them.
    call('UNLINK', prefix .. job.id .. ':pj:steps')
    bringSteps(prefix .. job.id, job.steps)
  end
  emit('added', 'jobId', job.id, 'name', job.name)
  return isLeft
end

-- Caches the names of stored jobs that this script has looked up.
local names = {}
local function nameOf(id)
  if names[id] == nil then names[id] = call('HGET', prefix .. id, 'name') end
  return names[id]
end

local function addJob(first, more)
  local job = read(first)
  if nameOf(job.id) then
    return { job.id, 'd', call('HGET', prefix .. job.id, 'timestamp') }
  end
  if job.key ~= '' then
    local key = prefix .. 'de:' .. job.key
    local holder = holderOf(key)
    if holder then
      emit('deduplicated', 'jobId', holder.id, 'deduplicationId', job.key, 'deduplicatedJobId', job.id)
      local replaced = job.mode ~= 'drop' and replaceHolder(holder, key, job)
      return { holder.id, replaced and 'r' or 'd', '' }
    end
    takeKey(key, job.id, job.mode ~= 'drop', job.ttl)
  end
  local isLeft = store(job, more)
  names[job.id] = job.name
  if isLeft then return { job.id, 'a', '' } end
  if job.delay > 0 then
    makeDelayed(job.id, job.from, job.delay)
    emit('delayed', 'jobId', job.id, 'delay', job.runAt)
  else
    makeReady(job.id, job.name, tonumber(job.priority), false, limitOf(job.name) and lineOf(job.name, job.ck, job.rk))
    emit('waiting', 'jobId', job.id)
  end
  return { job.id, 'a', '' }
end
