-- Removes jobs, also those of workflows. Needs flows.lua and emit.lua.

-- Returns whether the parent of a flow of BullMQ's waits for a job.
local function isAwaited(id, parent)
  return parent and call('SISMEMBER', parent .. ':dependencies', prefix .. id) == 1
end

-- Returns whether a job is the latest of a scheduler of BullMQ's, which adds the next when this one starts.
local function isLatest(id, scheduler)
  local at = scheduler and call('ZSCORE', prefix .. 'repeat', scheduler)
  return at and id == 'repeat:' .. scheduler .. ':' .. at
end

-- Leaves the sets of a job that is removed to the tasks that still follow them.
local function handOver(ref, number)
  for _, of in ipairs({ 'edges', 'next' }) do
    local source, key = flow.root .. ref .. ':pj:' .. of, flow.walkedOf(number, of)
    if call('EXISTS', source) == 1 then
      call('RENAME', source, key)
      call('RPUSH', flow.root .. ':walks', cmsgpack.pack({ kind = 'forget', key = key }))
      flow.isLeft = true
    end
  end
end

-- Tells the jobs of a workflow that one of it is removed, before its hash is deleted.
local function leaveFlow(id, name, state)
  local of = flow.read(id)
  if not of then return end
  local ref, hadEnded = flow.here .. id, state == 'completed' or state == 'failed' or state == 'cancelled'
  if hadEnded then
    call('SREM', prefix .. 'pj:awaited:' .. state, id)
  else
    if of.awaited then flow.begin({ kind = 'close', ref = ref, name = name, completed = false, isGone = true }, 'next', true) end
    if of.waits then flow.begin({ kind = 'letGo', ref = ref }, 'edges', true) end
  end
  if of.walk then handOver(ref, of.walk) end
end

local function dropJob(id, name, deid, state)
  freeKey(id, deid)
  flow.drop(flow.here .. id)
  emit('removed', 'jobId', id, 'name', name or '', 'prev', state)
end

-- Removes a job that was taken out of its state.
local function removeJob(id, name, state, deid)
  leaveFlow(id, name, state)
  local held = name and metaOf('pj:limited') and call('HGET', prefix .. id, 'pj:hk')
  if held then
    call('SREM', prefix .. 'pj:awaited:failed', id)
    shared.free(id, name, held)
  end
  dropJob(id, name, deid, state)
end
