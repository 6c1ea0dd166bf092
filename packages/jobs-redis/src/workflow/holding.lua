-- Keeps jobs that ended as long as another waits for them: `pj:awaited` of a job counts the others that have not ended.
-- While there are any, the job is in no set that retention looks at, but in `pj:awaited:<state>`. Needs flow.lua and retain.lua.

local ENDED_IN = { completed = 'completed', failed = 'failed', cancelled = 'pj:cancelled' }

-- Counts one job more, or fewer, that waits for each of some jobs.
function flow.count(members, by)
  for _, member in ipairs(members) do
    local ref, name = flow.parse(member)
    local key = flow.root .. ref
    local job = call('HMGET', key, 'name', 'pj:awaited', 'finishedOn', 'pj:keep', 'returnvalue', 'pj:walk', 'pj:hk')
    -- A job without that count was added after the one waited for had been removed.
    if job[1] and job[2] then
      local count = call('HINCRBY', key, 'pj:awaited', by)
      if job[3] and job[4] and by > 0 and count == 1 then flow.keep(ref, name, job[5]) end
      if job[3] and job[4] and by < 0 and count == 0 and not job[6] and not job[7] then flow.letGo(ref, name, job[4], job[5]) end
    end
  end
end

function flow.endOf(queue, id, result)
  if result then return 'completed' end
  return call('ZSCORE', flow.root .. queue .. 'pj:cancelled', id) and 'cancelled' or 'failed'
end

-- Takes a job that ended out of the reach of retention.
function flow.keep(ref, name, result)
  local queue, id = flow.split(ref)
  local state = flow.endOf(queue, id, result)
  call('ZREM', flow.root .. queue .. 'pj:kept:' .. state .. ':' .. name, id)
  call('SADD', flow.root .. queue .. 'pj:awaited:' .. state, id)
end

-- Deletes a job that is in no set.
function flow.drop(ref)
  local key = flow.root .. ref
  call('UNLINK', key, key .. ':logs', key .. ':pj:steps', key .. ':lock', key .. ':dependencies', key .. ':processed', key .. ':failed', key .. ':unsuccessful', key .. ':pj:edges', key .. ':pj:next')
end

-- Applies retention to a job that ended.
function flow.letGo(ref, name, keep, result)
  local queue, id = flow.split(ref)
  local at = flow.root .. queue
  local state = flow.endOf(queue, id, result)
  call('SREM', at .. 'pj:awaited:' .. state, id)
  local endedAt = call('ZSCORE', at .. ENDED_IN[state], id)
  if not endedAt then return end
  local _, count = keptOf(keep, state)
  if count == 0 then
    call('ZREM', at .. ENDED_IN[state], id)
    return flow.drop(ref)
  end
  local kept = at .. 'pj:kept:' .. state .. ':' .. name
  call('ZADD', kept, endedAt, id)
  flow.trims[kept] = { queue = queue, ended = at .. ENDED_IN[state], count = count }
end

-- Deletes the jobs beyond the counts to keep, among names of which some were let go. Ages, and the totals over all
-- names, wait for the next job that ends.
function flow.trim()
  for kept, of in pairs(flow.trims) do
    local popped = {}
    local over = excess(kept, of.count)
    if over > 0 then popped = call('ZPOPMIN', kept, over) end
    for i = 1, #popped, 2 do
      if call('ZREM', of.ended, popped[i]) == 1 then flow.drop(of.queue .. popped[i]) end
    end
  end
  flow.trims = {}
end
