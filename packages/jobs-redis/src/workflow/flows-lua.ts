import { KEY_LUA } from '../script/deduplicate-lua.ts';
import { RETAIN_LUA } from '../script/retain-lua.ts';
import { EDGES_LUA } from './edges-lua.ts';
import { FLOW_LUA } from './flow-lua.ts';
import { WALKING_LUA } from './walking-lua.ts';

/**
 * Keeps jobs that ended as long as another waits for them: `pj:awaited` of a job counts the others that have not ended.
 * While there are any, the job is in no set that retention looks at, but in `pj:awaited:<state>`. Needs FLOW_LUA and RETAIN_LUA.
 */
const HOLDING_LUA = `
local ENDED_IN = { completed = 'completed', failed = 'failed', cancelled = 'pj:cancelled' }

-- Counts one job more, or fewer, that waits for each of some jobs.
function flow.count(members, by)
  for _, member in ipairs(members) do
    local ref, name = flow.parse(member)
    local key = flow.root .. ref
    local job = call('HMGET', key, 'name', 'pj:awaited', 'finishedOn', 'pj:keep', 'returnvalue', 'pj:walk')
    -- A job without that count was added after the one waited for had been removed.
    if job[1] and job[2] then
      local count = call('HINCRBY', key, 'pj:awaited', by)
      if job[3] and job[4] and by > 0 and count == 1 then flow.keep(ref, name, job[5]) end
      if job[3] and job[4] and by < 0 and count == 0 and not job[6] then flow.letGo(ref, name, job[4], job[5]) end
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
  call('UNLINK', key, key .. ':logs', key .. ':lock', key .. ':dependencies', key .. ':processed', key .. ':failed', key .. ':unsuccessful', key .. ':pj:edges', key .. ':pj:next')
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
`;

/** Defines how jobs of workflows end and are put back, and all that this needs. */
export const FLOWS_LUA: string = `${KEY_LUA}${RETAIN_LUA}${FLOW_LUA}${HOLDING_LUA}${EDGES_LUA}${WALKING_LUA}
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
`;
