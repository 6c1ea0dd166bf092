-- Takes back the jobs whose lock ran out, except the caller's own: its event loop may have been blocked, and it may be
-- about to renew them.

local readLost, takeBack
do
  -- The time of the last look is behind that of the next, unless the server's clock was set back meanwhile. Then every
  -- lock, and the key of the look itself, would last longer by what it was set back; and lines would open so much later.
  local function steppedBack()
    local last = tonumber(call('GET', lookedKey) or 0) or 0
    return last > now + 1000 and last - now
  end

  -- Shortens the locks, and what holds jobs back, that were written before the clock was set back, and has every line that
  -- waits for a time rechecked. (`pj:held` only says until when to look.)
  local function mendClock(back)
    for _, id in ipairs(call('LRANGE', activeKey, -2000, -1)) do
      local left = call('PTTL', prefix .. id .. ':lock')
      if left > back then call('PEXPIRE', prefix .. id .. ':lock', left - back) end
    end
    if metaOf('pj:limited') then call('ZUNIONSTORE', openingsKey, 1, openingsKey, 'WEIGHTS', 0) end
    local held = metaOf('pj:held') and call('HGETALL', heldKey) or {}
    for i = 1, #held, 2 do
      if tonumber(held[i + 1]) > now + back then call('HINCRBYFLOAT', heldKey, held[i], -back) end
    end
  end

  -- Finds active jobs without a lock. "looked" in Redis lets one worker at a time look, twice in the length of a lease.
  function readLost()
    local lost = {}
    local back = steppedBack()
    if not back and call('EXISTS', lookedKey) == 1 then return lost end
    lost.looked, lost.back = true, back
    local length = call('LLEN', activeKey)
    -- The oldest jobs are at the right. With more jobs than one look covers, each look begins at another place.
    local from = length > 2000 and now % length or 0
    local ids = call('LRANGE', activeKey, -from - 2000, -from - 1)
    for first = 1, #ids, 1000 do
      local keys = {}
      for i = first, math.min(first + 999, #ids) do keys[#keys + 1] = prefix .. ids[i] .. ':lock' end
      for i, lock in ipairs(call('MGET', unpack(keys))) do
        if not lock and #lost < 100 then
          local id = ids[first + i - 1]
          local hash = fieldsOf(id, 'name', 'ats', 'pb', 'priority', 'deid', 'pj:keep', 'stc', 'pj:ck', 'pj:rk', 'pj:hk')
          if hash[3] ~= holder then
            lost[#lost + 1] = {
              id = id, key = prefix .. id, name = hash[1], token = hash[2] or '0', priority = storedPriority(tonumber(hash[4])),
              deid = hash[5], keep = hash[6], ck = hash[8], rk = hash[9], hk = hash[10], count = (tonumber(hash[7]) or 0) + 1, text = stallMessage, error = stallError, flow = hash[1] and flow.read(id)
            }
          end
        end
      end
    end
    return lost
  end

  function takeBack(lost)
    local stalls = #lost > 0 and cjson.decode(maxStalls)
    for _, job in ipairs(lost) do
      call('LREM', activeKey, 1, job.id)
      if job.name then
        local failed = job.count > (stalls.maxOf[job.name] or stalls.max)
        call('HSET', job.key, 'stc', job.count, 'pj:snooze', '')
        emit('stalled', 'jobId', job.id, 'name', job.name)
        if metaOf('pj:limited') then noteEnd(job, true, failed and 'fail' or 'retry') end
        if failed and job.keep then
          failJob(job, 'active')
        elseif flow.blocksAgain(job) then
          flow.blockAgain(job)
        else
          -- As BullMQ does it: the next worker fails the job, and with it informs its parents.
          if failed then call('HSET', job.key, 'defa', 'job stalled more than allowable limit') end
          makeReady(job.id, job.name, job.priority, true)
          emit('waiting', 'jobId', job.id, 'prev', 'active')
        end
        stalled[#stalled + 1] = { job.id, job.name, job.token, failed and 1 or 0 }
      end
    end
    if lost.looked then
      -- Deletes first: a server out of memory permits a delete, and then the rest of the script.
      call('DEL', lookedKey)
      call('SET', lookedKey, now, 'PX', math.max(1, math.floor(leaseMs / 2) - 25))
      if lost.back then mendClock(lost.back) end
    end
  end
end
