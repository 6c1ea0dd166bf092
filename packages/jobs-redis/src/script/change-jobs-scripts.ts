import { RESET_FIELDS } from '../workflow/edges-lua.ts';
import { FLOWS_LUA } from '../workflow/flows-lua.ts';
import { REMOVING_LUA } from '../workflow/removing-lua.ts';
import { HOLDER_LUA } from './deduplicate-lua.ts';
import { EMIT_LUA, READY_LUA } from './ready-lua.ts';
import { CLOCK_LUA, defineScript, lua, type Script } from './script.ts';
import { STATE_LUA } from './state-lua.ts';

const PARTS = lua`${EMIT_LUA}${READY_LUA}${STATE_LUA}${FLOWS_LUA}`;

/** How long one script goes on to change jobs, in microseconds: to find one job takes long in a long list. */
const SLICE_US = 5000;

/**
 * Changes the jobs given that are in one of `states`, one after the other, for a bounded time: `change` returns whether it changed one. Returns how many
 * it changed, how many it looked at, and 1 if the workflows they are in have to be followed further; then the ids in
 * `others`.
 */
const eachLua = (change: string): string => `${CLOCK_LUA}
local others = {}
local function change(id, name, state, key, deid, priority, parent, scheduler)
${change}
end

local function microseconds()
  local time = call('TIME')
  return time[1] * 1000000 + time[2]
end
local changed, looked, stopAt = 0, restSize, time[1] * 1000000 + time[2] + ${SLICE_US}
for i = 1, restSize do
  if i > 1 and microseconds() > stopAt then
    looked = i - 1
    break
  end
  local id = rest(i)
  local job = call('HMGET', prefix .. id, 'name', 'deid', 'priority', 'parentKey', 'rjk')
  if job[1] then
    local state, key = stateOf(id, job[1])
    if state and string.find(states, state, 1, true) and change(id, job[1], state, key, job[2], storedPriority(tonumber(job[3])), job[4], job[5]) then changed = changed + 1 end
  end
end
return { changed, looked, flow.walk() and 1 or 0, unpack(others) }
`;

/** How many jobs a script changed, how many of those given it looked at, 1 if workflows have to be followed; then other ids. */
export type Changed = readonly [changed: number, looked: number, isLeft: number, ...ids: string[]];

/**
 * Removes jobs that are not active, by their ids. Returns also the ids of those that it left, if it may: the parent of a
 * flow of BullMQ's waits for them, or they are the latest of a scheduler of BullMQ's.
 */
export const removeJobsScript: Script<'mayLeave' | 'states', Changed> = defineScript(
  'RemoveJobs',
  'once mayLeave states',
)`
${PARTS}${REMOVING_LUA}${eachLua(`
  if mayLeave == '1' and (isAwaited(id, parent) or isLatest(id, scheduler)) then
    others[#others + 1] = id
    return false
  end
  takeOut(id, name, state, key)
  removeJob(id, name, state, deid)
  return true
`)}
`;

/**
 * Makes failed and cancelled jobs ready again, with all their attempts and their keys. Returns
 * how many, how many it looked at; and, of the last one whose key another job holds, its id and the other job's id.
 */
export const retryJobsScript: Script<'states', Changed> = defineScript('RetryJobs', 'once states')`
${PARTS}${HOLDER_LUA}${eachLua(`
  if deid then
    local dedup = prefix .. 'de:' .. deid
    local holder = holderOf(dedup)
    if holder and holder.id ~= id then
      others = { id, holder.id }
      return false
    end
    local job = call('HMGET', prefix .. id, 'opts', 'ats')
    takeKey(dedup, id, keyOptions(job[1]))
    call('HSET', prefix .. id, 'pj:keyAt', job[2] or 0)
  end
  takeOut(id, name, state, key)
  call('HDEL', prefix .. id, ${RESET_FIELDS})
  call('HSET', prefix .. id, 'delay', 0, 'pj:runAt', now, 'pj:expires', '')
  if isOrdered then call('HDEL', prefix .. id, 'pj:arrived') end
  if flow.revived(id, name, state) then return true end
  makeReady(id, name, priority)
  emit('waiting', 'jobId', id, 'prev', 'failed')
  return true
`)}
`;

/** Makes delayed jobs ready now, by their ids. */
export const promoteJobsScript: Script<'states', Changed> = defineScript('Promote', 'once states')`
${PARTS}${eachLua(`
  takeOut(id, name, state, key)
  call('HSET', prefix .. id, 'delay', 0, 'pj:runAt', now)
  if isOrdered then call('HDEL', prefix .. id, 'pj:arrived') end
  makeReady(id, name, priority)
  emit('waiting', 'jobId', id, 'prev', 'delayed')
  return true
`)}
`;

/**
 * Removes some of the jobs of a state. Returns how many it removed, and 1 if workflows have to be followed further; then the
 * ids of those that it left, since the parent of a flow of BullMQ's waits for them. Fewer of both than asked for mean that
 * the state has no others.
 */
export const clearJobsScript: Script<
  'state' | 'most',
  readonly [removed: number, isLeft: number, ...left: string[]]
> = defineScript('ClearJobs', 'once state most')`
${PARTS}${REMOVING_LUA}
-- Of these the last goes first: the others may be what it waits for.
local blockedKey = prefix .. 'pj:blocked'
local places = {
  waiting = { waitKey, pausedKey, prioritizedKey }, delayed = { delayedKey }, completed = { completedKey },
  failed = { failedKey }, cancelled = { cancelledKey }, blocked = { blockedKey, waitingChildrenKey }
}
local keys = places[state]
if state == 'waiting' then
  if isOrdered then keys = { orderedKey, movingKey, waitKey, pausedKey, prioritizedKey } end
  for _, name in ipairs(call('HKEYS', limitsKey)) do
    table.insert(keys, 1, parkedOf(name))
    table.insert(keys, 1, keyedOf(name))
  end
end
local removed, others = 0, {}
for _, key in ipairs(keys) do
  local left = tonumber(most) - removed - #others
  if left <= 0 then break end
  local isList = key == waitKey or key == pausedKey
  local ids = isList and call('LRANGE', key, -left, -1) or call(key == blockedKey and 'ZREVRANGE' or 'ZRANGE', key, 0, left - 1)
  for _, id in ipairs(ids) do
    local job = call('HMGET', prefix .. id, 'name', 'deid', 'parentKey')
    if isAwaited(id, job[3]) then others[#others + 1] = id
    else
      takeOut(id, job[1], state, key)
      removeJob(id, job[1], state, job[2])
      removed = removed + 1
    end
  end
end
return { removed, flow.walk() and 1 or 0, unpack(others) }
`;
