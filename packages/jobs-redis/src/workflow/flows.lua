-- Defines how jobs of workflows end and are put back, and all that this needs.

-- Reads what a job waits for and whether others wait for it; nothing for a job of no workflow.
function flow.read(id)
  if not metaOf('pj:flows') then return nil end
  local fields = call('HMGET', prefix .. id, 'pj:deps', 'pj:open', 'pj:doom', 'pj:doomed', 'pj:awaited', 'pj:walk')
  if not fields[1] and not fields[5] then return nil end
  return {
    waits = fields[1], open = tonumber(fields[2]) or 0, doom = tonumber(fields[3]) or 0, isDoomed = fields[4],
    awaited = tonumber(fields[5]), walk = fields[6]
  }
end

-- Records that a job ended. Returns whether it has to stay, for others or until its sets have been followed.
function flow.ended(job, state)
  local of, ref = job.flow, flow.here .. job.id
  local isWalked = of.walk
  if of.awaited then isWalked = flow.begin({ kind = 'close', ref = ref, name = job.name, completed = state == 'completed', isFresh = true }, 'next') or isWalked end
  if of.waits then isWalked = flow.begin({ kind = 'letGo', ref = ref }, 'edges') or isWalked end
  if (of.awaited or 0) <= 0 and not isWalked then return false end
  call('SADD', prefix .. 'pj:awaited:' .. state, job.id)
  return true
end

-- Puts a job that had ended back into a workflow, once its hash says so. Returns whether it is blocked, in which case
-- it is in its set: also one that waits for many, until later scripts have looked at what became of those.
function flow.revived(id, name, state)
  local of, ref = flow.read(id), flow.here .. id
  if not of then return false end
  if of.awaited then
    call('SREM', prefix .. 'pj:awaited:' .. state, id)
    flow.begin({ kind = 'reopen', ref = ref, name = name }, 'next')
  end
  if not of.waits then return false end
  call('HDEL', prefix .. id, 'pj:doomed', 'pj:at')
  local isMany = flow.begin({ kind = 'hold', ref = ref }, 'edges')
  if isMany then
    flow.begin({ kind = 'look', ref = ref }, 'edges')
    call('HINCRBY', prefix .. id, 'pj:look', 1)
  end
  local open, doom = of.open, of.doom
  if not isMany then open, doom = flow.lookAt(ref, call('ZRANGE', flow.edgesOf(ref), 0, -1)) end
  if not isMany and open <= 0 and doom <= 0 then return false end
  flow.block(flow.here, id, open, doom)
  return true
end

-- Returns whether a job that is put back has to wait for others or fail for one, or was handed out to fail and did not.
function flow.blocksAgain(job, type)
  local of = job.flow
  if not of then return false end
  if of.isDoomed then return not (type == 'cancel' or type == 'fail' and of.doom > 0) end
  return type == nil and (of.open > 0 or of.doom > 0)
end

-- Blocks a job again that a worker held.
function flow.blockAgain(job)
  call('HDEL', job.key, 'pj:doomed')
  flow.block(flow.here, job.id, job.flow.open, job.flow.doom)
end

-- Returns what an event says of the last job of a workflow, which waits for others and no other for it.
function flow.mark(of)
  if of and of.waits and not of.awaited then return 'pj:last', '1' end
end
