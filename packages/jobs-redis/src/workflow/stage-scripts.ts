import { setTimeout as sleep } from 'node:timers/promises';
import { DELAY_LUA, EMIT_LUA, READY_LUA } from '../script/ready-lua.ts';
import { CLOCK_LUA, defineScript, PERMIT_LUA, type Script } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { FLOW_LUA } from './flow-lua.ts';
import { FLOWS_LUA } from './flows-lua.ts';
import { REMOVING_LUA } from './removing-lua.ts';
import type { StagedAnswer } from './stage-lua.ts';

/** How many jobs one script places. */
const MOST_PLACED = 500;
/** How long to wait before a workflow that another call stores is looked at again, in milliseconds. */
const LOOK_EVERY_MS = 50;
/** How many jobs one script drops, and of how many edges it lets go. */
const MOST_DROPPED = 50;
const MOST_LET_GO = 200;

// Earlier versions packed the id of a job in the list of a workflow with other facts: no text begins with such a byte.
const LISTED_LUA = `
local function idOf(listed) return string.find(listed, '^[\\128-\\159]') and cmsgpack.unpack(listed)[1] or listed end`;

/**
 * Seals a workflow: from then on its jobs exist, and any worker would place them. The active job of a token, if one is
 * given, waits for them from now on. Returns 0, and seals nothing, when that lease is not held; -1 when any of its jobs,
 * `count` of which it has, were dropped meanwhile; -2 when the caller has to search for a circle, and to pass as `searched`
 * how often edges had been added that may close one when it began. `first` is one of them.
 */
export const sealScript: Script<'stage' | 'parent' | 'token' | 'count' | 'first' | 'searched'> =
  defineScript('SealWorkflow', 'stage parent token count first searched')`
${FLOW_LUA}
local sealBy = call('ZSCORE', prefix .. 'pj:staging', stage)
-- The call is repeated, since its answer was lost.
if sealBy == '0' then return 1 end
if not sealBy then return (count == '0' or call('HGET', prefix .. first, 'pj:staged') == stage) and 1 or -1 end
if sealBy == '1' or call('ZCARD', prefix .. 'pj:stage-turns:' .. stage) + call('LLEN', prefix .. 'pj:stage:' .. stage) < tonumber(count) then return -1 end
if parent ~= '' then
  local key = prefix .. parent
  if call('HGET', key, 'ats') ~= token or not (call('EXISTS', key .. ':lock') == 1 or call('LPOS', activeKey, parent)) then return 0 end
  if call('EXISTS', flow.nextOf(flow.here .. parent)) == 1 then
    if searched ~= (call('GET', flow.root .. ':grown') or '0') then return -2 end
    call('INCR', flow.root .. ':grown')
  end
  local tally = prefix .. 'pj:stage-parent:' .. stage
  local sums = call('HMGET', tally, 'deps', 'open', 'doom')
  if sums[1] then
    call('HSET', tally, 'id', parent)
    call('HINCRBY', key, 'pj:deps', sums[1])
    call('HINCRBY', key, 'pj:open', sums[2])
    call('HINCRBY', key, 'pj:doom', sums[3])
    call('HSET', metaKey, 'pj:flows', 1)
  end
end
call('ZADD', prefix .. 'pj:staging', 'XX', 0, stage)
return 1
`;

/** Places jobs of a sealed workflow, after the edges to them. Returns whether any are left. */
const placeScript = defineScript('PlaceWorkflow', 'stage')`
${CLOCK_LUA}${EMIT_LUA}${READY_LUA}${DELAY_LUA}${FLOWS_LUA}${LISTED_LUA}
-- Moves edges that were kept aside, members and their scores, to the job that waits for them since the workflow was
-- sealed. What they lead to may have ended before, and so may that job.
local function merge(parent, added)
  local ref, key = flow.here .. parent, prefix .. parent
  local members, edges = {}, {}
  for i = 1, #added, 2 do members[#members + 1] = added[i] end
  local job = call('HMGET', key, 'name', 'finishedOn')
  if not job[1] then return flow.count(members, -1) end
  local known = call('ZMSCORE', flow.edgesOf(ref), unpack(members))
  local place = call('HINCRBY', key, 'pj:place', #members) - #members
  local released, by = {}, { deps = 0, open = 0, doom = 0 }
  local function tell(bits, count)
    if bits % 4 == 0 then by.open = by.open + count end
    if bits % 4 == 2 and flow.isVital(bits) then by.doom = by.doom + count end
  end
  for i, member in ipairs(members) do
    local bits = tonumber(added[2 * i]) % 16
    tell(bits, -1)
    if known[i] then by.deps = by.deps - 1
    else
      local other = bits % 4 == 0 and call('HMGET', flow.root .. flow.parse(member), 'name', 'finishedOn', 'returnvalue')
      if other and (not other[1] or other[2]) then bits = bits + (other[2] and other[3] and 1 or 2) end
      tell(bits, 1)
      edges[#edges + 1], edges[#edges + 2] = string.format('%.0f', (place + i) * 16 + bits), member
    end
    if known[i] or job[2] then released[#released + 1] = member end
  end
  if #edges > 0 then call('ZADD', flow.edgesOf(ref), unpack(edges)) end
  call('HINCRBY', key, 'pj:deps', by.deps)
  local open, doom = call('HINCRBY', key, 'pj:open', by.open), call('HINCRBY', key, 'pj:doom', by.doom)
  flow.count(released, -1)
  local turn = (open <= 0 or doom > 0) and call('ZSCORE', prefix .. 'pj:blocked', parent)
  if turn then flow.list(flow.here, parent, turn) end
end

if restoreMeta() then return 'ordered' end
local tally = prefix .. 'pj:stage-parent:' .. stage
local parent = call('HGET', tally, 'id')
if parent then
  local added = call('ZPOPMIN', prefix .. 'pj:stage-edges:' .. stage, ${MOST_PLACED})
  if #added > 0 then merge(parent, added) else call('DEL', tally) end
  flow.trim()
  return 1
end
-- Most jobs need only be moved, with the places they have; the others come after them.
local list, turnsOfStage = prefix .. 'pj:stage:' .. stage, prefix .. 'pj:stage-turns:' .. stage
local plain = call('ZPOPMIN', turnsOfStage, ${MOST_PLACED})
local left, jobs = ${MOST_PLACED} - #plain / 2, {}
local others = left > 0 and call('LRANGE', list, 0, left - 1) or {}
for i, listed in ipairs(others) do others[i] = idOf(listed) end
for i, id in ipairs(others) do jobs[i] = call('HMGET', prefix .. id, 'name', 'priority', 'pj:deps', 'pj:open', 'pj:doom', 'pj:at', 'pj:runAt', 'pj:ck', 'pj:rk') end
if #others > 0 then call('LTRIM', list, #others, -1) end
if #plain > 0 then
  local moved = {}
  for i = 1, #plain, 2 do moved[i], moved[i + 1] = plain[i + 1], plain[i] end
  call('ZADD', prioritizedKey, unpack(moved))
  for i = 1, #plain, 2 do emit('waiting', 'jobId', plain[i]) end
  wake()
end
local isDelayed = false
for i, id in ipairs(others) do
  local name, priority, waits, open, doom, at, runAt, ck, rk = unpack(jobs[i])
  at = tonumber(at or 0)
  if waits then
    flow.block(flow.here, id, tonumber(open) or 0, tonumber(doom) or 0)
  elseif at > now then
    holdBack(id, now, at - now)
    isDelayed = true
    emit('delayed', 'jobId', id, 'delay', runAt)
  elseif name then
    makeReady(id, name, tonumber(priority), false, limitOf(name) and lineOf(name, ck, rk))
    emit('waiting', 'jobId', id)
  end
end
if isDelayed then announceDelayed() end
if #others == left then return 1 end
call('ZREM', prefix .. 'pj:staging', stage)
return 0
`;

/** Drops jobs of a workflow, unless it was sealed. Returns whether any are left. */
export const dropScript: Script<'stage'> = defineScript('DropWorkflow', 'stage')`
${EMIT_LUA}${FLOWS_LUA}${REMOVING_LUA}${LISTED_LUA}
if call('ZSCORE', prefix .. 'pj:staging', stage) == '0' then return 0 end
${PERMIT_LUA}-- It cannot be sealed any more.
call('ZADD', prefix .. 'pj:staging', 'XX', 1, stage)
local list, aside = prefix .. 'pj:stage:' .. stage, prefix .. 'pj:stage-edges:' .. stage
local turnsOfStage, left, dropped = prefix .. 'pj:stage-turns:' .. stage, ${MOST_LET_GO}, 0
-- Lets go of what edges lead to, besides jobs of the workflow. A job is dropped after all that wait for it: while its id is
-- taken, no other call can have added it again.
local function letGo(edges)
  local popped, members = call('ZPOPMIN', edges, left), {}
  for i = 1, #popped, 2 do if call('HGET', flow.root .. flow.parse(popped[i]), 'pj:staged') ~= stage then members[#members + 1] = popped[i] end end
  left = left - #popped / 2
  flow.count(members, -1)
end
letGo(aside)
local id
repeat
  local other = call('LINDEX', list, -1)
  id = other and idOf(other) or call('ZRANGE', turnsOfStage, -1, -1)[1]
  local job = id and call('HMGET', prefix .. id, 'name', 'deid', 'pj:staged') or {}
  if job[3] == stage then letGo(flow.edgesOf(flow.here .. id)) end
  if id and left > 0 then
    if job[3] == stage then dropJob(id, job[1], job[2], 'waiting') end
    if other then call('RPOP', list) else call('ZREM', turnsOfStage, id) end
    dropped = dropped + 1
  end
until not id or left <= 0 or dropped == ${MOST_DROPPED}
if not id and left > 0 then
  call('UNLINK', aside, prefix .. 'pj:stage-parent:' .. stage)
  call('ZREM', prefix .. 'pj:staging', stage)
end
flow.walk()
return (id or left <= 0) and 1 or 0
`;

/** Places the jobs of a workflow that is sealed, or drops those of one that is not: alone, or along with others. */
export async function finishStage(
  store: QueueStore,
  stage: string,
  action: 'place' | 'drop',
): Promise<undefined> {
  const script = action === 'place' ? placeScript : dropScript;
  while ((await store.run(script, { stage })) === 1);
}

/** Makes a call, again if it meets a workflow of another call: finishes that if its producer has died, else waits. */
export async function besideStages<T>(
  store: QueueStore,
  call: () => Promise<T | StagedAnswer>,
): Promise<T> {
  for (;;) {
    const answer = await call();
    if (!isStaged(answer)) return answer;
    const [, stage, action] = answer;
    if (action === 'wait') await sleep(LOOK_EVERY_MS);
    else await finishStage(store, stage, action);
  }
}

function isStaged(answer: unknown): answer is StagedAnswer {
  return Array.isArray(answer) && answer[0] === 'staged';
}
