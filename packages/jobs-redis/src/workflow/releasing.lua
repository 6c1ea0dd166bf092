-- Releases blocked jobs, in an exchange. Needs flows.lua and claiming.lua.

flow.serves = true
local released = { doomed = {}, texts = {}, isCut = false }

-- BullMQ's obliterate deletes what says that there are workflows.
function flow.restore()
  if metaOf('pj:flows') or call('EXISTS', prefix .. 'pj:blocked') == 0 then return end
  meta['pj:flows'] = '1'
  redis.pcall('HSET', metaKey, 'pj:flows', 1)
end

-- Returns whether an exchange has something to do for workflows.
function flow.hasWork()
  return metaOf('pj:flows') and call('EXISTS', prefix .. 'pj:releasable', flow.root .. ':walks') > 0
end

-- Releases jobs whose dependencies have ended. Those that are to fail for one start at once, beyond all limits, unless this
-- worker is stopping.
function flow.release()
  local ids, jobs, going = call('ZRANGE', prefix .. 'pj:releasable', 0, 99), {}, {}
  if #ids == 0 then return end
  released.isCut = #ids == 100
  local turns = call('ZMSCORE', prefix .. 'pj:blocked', unpack(ids))
  for i, id in ipairs(ids) do
    jobs[i] = turns[i] and call('HMGET', prefix .. id, 'name', 'priority', 'pj:open', 'pj:doom', 'pj:at', 'pj:runAt', 'ats', 'pj:look') or {}
    jobs[i].isKept = stopping == '1' and jobs[i][1] and (tonumber(jobs[i][4]) or 0) > 0
    if not jobs[i].isKept then going[#going + 1] = id end
  end
  if #going > 0 then call('ZREM', prefix .. 'pj:releasable', unpack(going)) end
  local isDelayed, active = false, {}
  for i, id in ipairs(ids) do
    local name, open, doom = jobs[i][1], tonumber(jobs[i][3]) or 0, tonumber(jobs[i][4]) or 0
    if name and not jobs[i].isKept and not jobs[i][8] and (doom > 0 or open <= 0) then
      call('ZREM', prefix .. 'pj:blocked', id)
      local at = tonumber(jobs[i][5]) or 0
      if doom > 0 then
        call('HSET', prefix .. id, 'pj:doomed', 1)
        released.texts[#released.texts + 1] = call('HGETALL', prefix .. id)
        released.doomed[#released.doomed + 1] = { id, (start(id, { ats = jobs[i][7] })) }
        active[#active + 1] = id
      elseif at > now then
        call('HSET', prefix .. id, 'delay', string.format('%.0f', at - now))
        holdBack(id, now, at - now)
        isDelayed = true
        emit('delayed', 'jobId', id, 'delay', jobs[i][6] or at)
      else
        makeReady(id, name, storedPriority(tonumber(jobs[i][2])))
        emit('waiting', 'jobId', id, 'prev', 'waiting-children')
      end
    end
  end
  if #active > 0 then call('LPUSH', activeKey, unpack(active)) end
  if isDelayed then announceDelayed() end
end

-- Does what workflows need between the end of jobs and the start of others. Returns whether something is left.
function flow.step()
  local isLeft = flow.walk()
  flow.release()
  return isLeft or released.isCut
end

-- Adds the jobs that are to fail to those handed out.
function flow.handOut()
  for i, job in ipairs(released.doomed) do
    jobs[#jobs + 1] = job
    texts[#jobs] = released.texts[i]
  end
end
