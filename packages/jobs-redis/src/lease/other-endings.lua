-- Records the leases of jobs that did not complete, or whose end is left to BullMQ. Needs ending.lua.

do
  -- Delays a job until its time. If that has come, makes it ready, with `ahead` before all others of its priority.
  local function putBack(job, ahead)
    local at = tonumber(job.runAt)
    if job.delayMs ~= '' then at = now + tonumber(job.delayMs) end
    call('HSET', job.key, 'delay', math.max(0, at - now), 'pj:runAt', at)
    if job.flow and (job.flow.open > 0 or job.flow.doom > 0) then
      call('HSET', job.key, 'pj:at', at)
      flow.blockAgain(job)
    elseif at > now then
      holdBack(job.id, now, at - now)
      postponed[job.id] = true
      emit('delayed', 'jobId', job.id, 'delay', at)
    else
      makeReady(job.id, job.name, job.priority, ahead)
      emit('waiting', 'jobId', job.id, 'prev', 'active')
    end
    return at
  end

  -- Adds the dead letter of a job to another queue of the prefix, as addJob would: once, and far from due.
  local function keepLetter(job)
    local to = string.match(prefix, '^(.*:)[^:]*:$') .. job.dead .. ':'
    local at = OFFSET + job.letter
    -- What it takes of the arguments of a job: see add-job.lua.
    local letter = {
      id = ARGV[at + 1], name = ARGV[at + 2], data = ARGV[at + 3], options = ARGV[at + 4], createdAt = ARGV[at + 5],
      delay = ARGV[at + 6], priority = ARGV[at + 7], keep = ARGV[at + 8], order = ARGV[at + 18],
      steps = ARGV[at + 19]
    }
    local key, delay = to .. letter.id, tonumber(letter.delay)
    if call('HSETNX', key, 'name', letter.name) == 0 then return end
    local runAt = string.format('%.0f', tonumber(letter.createdAt) + delay)
    call('HSET', key, 'data', letter.data, 'opts', letter.options, 'timestamp', letter.createdAt, 'delay', letter.delay, 'priority', letter.priority, 'pj:keep', letter.keep, 'pj:runAt', runAt)
    if letter.order ~= '' then call('HSET', key, 'pj:order', letter.order) end
    if letter.steps ~= '' then
      for _, entry in ipairs(cjson.decode(letter.steps)) do call('HSET', key .. ':pj:steps', entry[1], entry[2]) end
      call('HSET', key, 'pj:steps', 1)
      call('HSET', to .. 'meta', 'pj:steps', 1)
    end
    call('ZADD', to .. 'delayed', (now + delay) * 4096, letter.id)
    call('XADD', to .. 'events', 'MAXLEN', '~', 10000, '*', 'event', 'added', 'jobId', letter.id, 'name', letter.name)
    call('XADD', to .. 'events', 'MAXLEN', '~', 10000, '*', 'event', 'delayed', 'jobId', letter.id, 'delay', runAt)
  end

  function endings.fail(job)
    failJob(job, 'active', job.used and job.made + 1, job.type == 'cancel' and 'cancelled')
    if job.letter then keepLetter(job) end
  end
  endings.cancel = endings.fail

  function endings.retry(job)
    call('HSET', job.key, unpack(failureOf(job, 'atm', job.made + 1)))
    local at = job.delayMs ~= '' and now + tonumber(job.delayMs) or job.runAt
    emit('pj:failure', 'jobId', job.id, 'name', job.name, 'error', job.error, 'runAt', at)
    putBack(job)
  end

  -- A job that is to wait for an entry that is there already runs now.
  function endings.snooze(job)
    if job.error ~= '' and call('HEXISTS', job.key .. ':pj:steps', job.error) == 1 then job.runAt, job.delayMs = now, '' end
    call('HSET', job.key, 'pj:snooze', job.text)
    putBack(job, job.text == 'released')
  end

  -- Puts a job that never ran back at the position it had, and stores the keys it is limited by if its hash had none.
  function endings.unstarted(job)
    local key = job.text ~= '' and shared.rekey(job.id, job.name, job.hk, string.sub(job.text, 2))
    if key then call('HSET', job.key, 'pj:ck', key) end
    if job.error ~= '' then call('HSET', job.key, 'pj:rk', string.sub(job.error, 2)) end
    local turn = tonumber(string.match(job.lock or '', ':(%d+)[^:]*$'))
    if isOrdered then giveBack(job) end
    makeReady(job.id, job.name, job.priority, turn or true)
    emit('waiting', 'jobId', job.id, 'prev', 'active')
  end

  -- Leaves the end of a job that BullMQ added, that has a parent or that repeats, to BullMQ's own classes. Writes the
  -- fields BullMQ would not write, and keeps the lock, which BullMQ checks.
  function endings.leave(job)
    if not job.lock then
      job.lock = lockOf(job.token)
      call('SET', job.key .. ':lock', job.lock, 'PX', leaseMs)
    end
    if job.type ~= 'complete' then
      local unused = (tonumber(job.unused) or 0) + (job.used and 0 or 1)
      call('HSET', job.key, unpack(failureOf(job, 'pj:unused', unused)))
      emit('pj:failure', 'jobId', job.id, 'name', job.name, 'error', job.error)
    end
    foreign[#foreign + 1] = { job.index, job.id, job.lock }
  end
end
