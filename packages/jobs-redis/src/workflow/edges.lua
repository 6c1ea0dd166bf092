-- Records with the jobs that wait for others how those ended. Needs flow.lua, holding.lua and keys.lua.

-- The fields that say how a job ended: without them it is as before its first attempt.
local RESET_FIELDS = {
  'finishedOn', 'failedReason', 'stacktrace', 'returnvalue', 'defa', 'atm', 'attemptsMade', 'stc',
  'pj:error', 'pj:failures', 'pj:unused', 'pj:cancel', 'pj:snooze'
}

-- Blocks a job that is in no set, behind those blocked before; lists it if it has nothing to wait for, or is to fail.
function flow.block(queue, id, open, doom)
  local key = flow.root .. queue .. 'pj:blocked'
  local turn = (flow.lastTurn[key] or tonumber(call('ZREVRANGE', key, 0, 0, 'WITHSCORES')[2] or 0)) + 1
  flow.lastTurn[key] = turn
  call('ZADD', key, turn, id)
  if open <= 0 or doom > 0 then flow.list(queue, id, turn) end
end

-- Notes that a job ended, or was removed, for those that wait for it; closeAll tells them, each once.
function flow.close(task)
  local completed = task.completed
  if not task.isFresh and not task.isGone then
    local job = call('HMGET', flow.root .. task.ref, 'name', 'finishedOn', 'returnvalue')
    -- It was retried meanwhile.
    if job[1] and not job[2] then return end
    if job[1] then completed = job[3] and true end
  end
  local member = task.ref .. '\0' .. task.name
  for _, dependant in ipairs(task.members) do
    -- Both may have been removed, and added again.
    if not (task.isGone and call('ZSCORE', flow.nextOf(task.ref), dependant)) then
      local list = flow.closings[dependant] or { members = {}, completed = {} }
      flow.closings[dependant] = list
      if list.completed[member] == nil then
        list.members[#list.members + 1] = member
        list.completed[member] = completed or false
      end
    end
  end
end

function flow.closeAll()
  local closings = flow.closings
  flow.closings = {}
  for dependant, list in pairs(closings) do
    local key = flow.root .. dependant
    local job = call('HMGET', key, 'name', 'pj:doom')
    local changed, dooms, spared = {}, 0, 0
    for i, text in ipairs(job[1] and call('ZMSCORE', flow.edgesOf(dependant), unpack(list.members)) or {}) do
      local score, member = tonumber(text), list.members[i]
      if score and score % 4 == 0 then
        local completed = list.completed[member]
        changed[#changed + 1], changed[#changed + 2] = score + (completed and 1 or 2), member
        if not completed then
          if flow.isVital(score) then dooms = dooms + 1 else spared = spared + 1 end
        end
      end
    end
    if #changed > 0 then
      call('ZADD', flow.edgesOf(dependant), unpack(changed))
      local open, doom = call('HINCRBY', key, 'pj:open', -#changed / 2), tonumber(job[2]) or 0
      if dooms > 0 then doom = call('HINCRBY', key, 'pj:doom', dooms) end
      if spared > 0 then call('HINCRBY', key, 'pj:spared', spared) end
      if open <= 0 or doom > 0 then
        local queue, id = flow.split(dependant)
        local turn = call('ZSCORE', flow.root .. queue .. 'pj:blocked', id)
        if turn then flow.list(queue, id, turn) end
      end
    end
  end
end

-- Lets jobs wait again for one that had failed and was put back; brings back those that failed for it.
function flow.reopen(task)
  local job = call('HMGET', flow.root .. task.ref, 'name', 'finishedOn', 'returnvalue')
  -- It has failed again, or was removed, meanwhile.
  if task.isGone or not job[1] or job[2] and not job[3] then return end
  for _, dependant in ipairs(task.members) do flow.reopenOne(dependant, task.ref .. '\0' .. task.name, job[2] and 1 or 0) end
end

function flow.reopenOne(dependant, member, to)
  local key, score = flow.root .. dependant, tonumber(call('ZSCORE', flow.edgesOf(dependant), member))
  if not score or score % 4 ~= 2 then return end
  local job = call('HMGET', key, 'name', 'pj:doomed', 'finishedOn', 'pj:open', 'pj:doom', 'deid', 'opts', 'returnvalue')
  if not job[1] then return end
  local queue, id = flow.split(dependant)
  local turn = call('ZSCORE', flow.root .. queue .. 'pj:blocked', id)
  -- A job that added children may still be running: it waits for them once it is put back.
  local mayWait = job[2] or turn or flow.isChild(score) and not job[3] and call('EXISTS', key .. ':lock') == 1
  if not mayWait then return end
  call('ZADD', flow.edgesOf(dependant), score - 2 + to, member)
  local open, doom = tonumber(job[4]) or 0, tonumber(job[5]) or 0
  if to == 0 then open = call('HINCRBY', key, 'pj:open', 1) end
  if flow.isVital(score) then doom = call('HINCRBY', key, 'pj:doom', -1) else call('HINCRBY', key, 'pj:spared', -1) end
  -- Core is failing this one now: it is blocked once core has answered.
  if job[2] and job[3] and doom <= 0 then
    flow.bringBack({ ref = dependant, queue = queue, id = id, name = job[1], deid = job[6], options = job[7], result = job[8] }, open, doom)
  elseif turn and open <= 0 then
    flow.list(queue, id, turn)
  end
end

-- Blocks a job again that failed for another.
function flow.bringBack(job, open, doom)
  local at = flow.root .. job.queue
  if job.deid then
    local key = at .. 'de:' .. job.deid
    local holder = call('GET', key)
    holder = holder and string.match(holder, '^[^:]+')
    local other = holder and holder ~= job.id and call('HMGET', at .. holder, 'name', 'finishedOn')
    if other and (call('PTTL', key) > 0 or other[1] and not other[2]) then return end
    takeKey(key, job.id, keyOptions(job.options))
  end
  local state = flow.endOf(job.queue, job.id, job.result)
  call('ZREM', at .. ENDED_IN[state], job.id)
  call('ZREM', at .. 'pj:kept:' .. state .. ':' .. job.name, job.id)
  call('SREM', at .. 'pj:awaited:' .. state, job.id)
  local key, time = flow.root .. job.ref, call('TIME')
  call('HDEL', key, 'pj:doomed', 'pj:at', unpack(RESET_FIELDS))
  call('HSET', key, 'delay', 0, 'pj:runAt', string.format('%.0f', time[1] * 1000 + time[2] / 1000), 'pj:expires', '')
  flow.block(job.queue, job.id, open, doom)
  flow.begin({ kind = 'hold', ref = job.ref }, 'edges')
  flow.begin({ kind = 'reopen', ref = job.ref, name = job.name }, 'next')
end

-- Looks again at some of what a job waits for and that had failed: it may have been retried while the job had ended.
-- Returns how many are open, and how many fail it.
function flow.lookAt(ref, members)
  local edges, changed, opened, vital = flow.edgesOf(ref), {}, 0, 0
  for i, text in ipairs(#members > 0 and call('ZMSCORE', edges, unpack(members)) or {}) do
    local score, other = tonumber(text), flow.parse(members[i])
    if score and score % 4 == 2 then
      local job = call('HMGET', flow.root .. other, 'name', 'finishedOn', 'returnvalue')
      if job[1] and (not job[2] or job[3]) and call('ZSCORE', flow.nextOf(other), ref) then
        changed[#changed + 1], changed[#changed + 2] = score - 2 + (job[2] and 1 or 0), members[i]
        if not job[2] then opened = opened + 1 end
        if flow.isVital(score) then vital = vital + 1 end
      end
    end
  end
  if #changed > 0 then call('ZADD', edges, unpack(changed)) end
  if #changed / 2 > vital then call('HINCRBY', flow.root .. ref, 'pj:spared', vital - #changed / 2) end
  return call('HINCRBY', flow.root .. ref, 'pj:open', opened), call('HINCRBY', flow.root .. ref, 'pj:doom', -vital)
end

-- Lists a job to be released when all it waits for has been looked at, if that is due.
function flow.looked(ref)
  if call('HINCRBY', flow.root .. ref, 'pj:look', -1) > 0 then return end
  call('HDEL', flow.root .. ref, 'pj:look')
  local queue, id = flow.split(ref)
  local turn, job = call('ZSCORE', flow.root .. queue .. 'pj:blocked', id), call('HMGET', flow.root .. ref, 'pj:open', 'pj:doom')
  if turn and ((tonumber(job[1]) or 0) <= 0 or (tonumber(job[2]) or 0) > 0) then flow.list(queue, id, turn) end
end
