-- Finds the state a job is in. Needs ready.lua.

-- Returns whether a job stands among the oldest of a list, where those stand that are changed in bulk. A list of jobs
-- that BullMQ added may be very long.
local function isNearEnd(list, id)
  return call('LPOS', list, id, 'RANK', -1, 'MAXLEN', 1000)
end

-- Returns the state of a job that is in no list of waiting jobs, and the key that holds the job in it.
local function setOf(id, name)
  if isOrdered and (call('ZSCORE', orderedKey, id) or moving == 'm' and call('ZSCORE', movingKey, id)) then return 'waiting', orderedKey end
  for _, place in ipairs({
    { 'waiting', prioritizedKey }, { 'completed', completedKey }, { 'delayed', delayedKey },
    { 'failed', failedKey }, { 'cancelled', cancelledKey }, { 'blocked', waitingChildrenKey }, { 'blocked', prefix .. 'pj:blocked' }
  }) do
    if call('ZSCORE', place[2], id) then return place[1], place[2] end
  end
  if call('LPOS', activeKey, id) then return 'active', activeKey end
  if name and limitOf(name) then
    for _, key in ipairs({ parkedOf(name), keyedOf(name) }) do
      if call('ZSCORE', key, id) then return 'waiting', key end
    end
  end
  return nil
end

-- Returns the state of a job, and the key that holds the job in it.
local function stateOf(id, name)
  local state, key = setOf(id, name)
  if state then return state, key end
  for _, list in ipairs({ waitKey, pausedKey }) do
    if isNearEnd(list, id) or call('LPOS', list, id) then return 'waiting', list end
  end
  return nil
end

-- Returns whether a job is of a workflow that is being stored: it is in no state yet.
local function isStaged(id)
  local stage = call('HGET', prefix .. id, 'pj:staged')
  return stage and call('ZSCORE', prefix .. 'pj:staging', stage)
end

-- Returns whether a stored job is in no state: a server, a failover or another program lost what held it.
local function isUnplaced(id, name) return not stateOf(id, name) and not isStaged(id) end
