import type { JobStatus } from '@philjs/jobs-core';
import { READY_LUA } from './ready-lua.ts';
import { defineScript, type Script } from './script.ts';
import { STATE_LUA } from './state-lua.ts';

/** Reads jobs by their ids. Returns the state and the hash of each, or nothing. */
export const readJobsScript: Script<never, ([status: JobStatus, hash: string[]] | [])[]> =
  defineScript('ReadJobs')`
${READY_LUA}${STATE_LUA}
local found = {}
for i = 1, restSize do
  local id = rest(i)
  local hash = call('HGETALL', prefix .. id)
  local state = hash[1] and stateOf(id, call('HGET', prefix .. id, 'name'))
  found[i] = state and { state, hash } or {}
end
return found
`;

/** Counts the jobs in each state. Returns waiting, delayed, active, completed, failed, cancelled, blocked. */
export const countJobsScript: Script<never, number[]> = defineScript('CountJobs')`
${READY_LUA}
local waiting = isOrdered and call('ZCARD', orderedKey) + call('ZCARD', movingKey) or 0
waiting = waiting + call('LLEN', waitKey) + call('LLEN', pausedKey) + call('ZCARD', prioritizedKey)
for _, name in ipairs(call('HKEYS', limitsKey)) do waiting = waiting + call('ZCARD', parkedOf(name)) + call('ZCARD', keyedOf(name)) end
return {
  waiting, call('ZCARD', delayedKey), call('LLEN', activeKey), call('ZCARD', completedKey),
  call('ZCARD', failedKey), call('ZCARD', cancelledKey), call('ZCARD', waitingChildrenKey) + call('ZCARD', prefix .. 'pj:blocked')
}
`;

/**
 * Reads a part of a state's jobs. The part is the key of a list (`wait`, `paused`, `active`) or of a sorted set; the
 * order is `oldest` or `newest`; score and id are those of the last job read, or nothing. Returns at most
 * `most` jobs and looks at `budget`. After the arguments come the names to select by.
 *
 * Returns the jobs as id and hash, whether the part is exhausted, the score and id it ended with, and how many
 * were looked at.
 */
export const listJobsScript: Script<
  'part' | 'order' | 'fromScore' | 'fromId' | 'most' | 'budget',
  [
    jobs: [id: string, hash: string[]][],
    exhausted: number,
    score: string,
    id: string,
    looked: number,
  ]
> = defineScript('ListJobs', 'part order fromScore fromId most budget')`
${READY_LUA}
local newest, most, budget = order == 'newest', tonumber(most), tonumber(budget)
local names
for i = 1, restSize do
  names = names or {}
  names[rest(i)] = true
end
-- The name, where the part is one of the sets of its line.
local key, name = prefix .. part, string.match(part, '^pj:%a+:(.*)$')
local isList = part == 'wait' or part == 'paused' or part == 'active'

-- Compares as the server orders members of equal score: by their bytes.
local function before(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

-- Finds where to continue. The job read last may be gone meanwhile; then finds the place where it was.
local function firstIndex()
  if fromId == '' then return 0 end
  if isList then
    -- New jobs enter at the left, so the job that runs next is at the right.
    local index = call('LPOS', key, fromId)
    local length = call('LLEN', key)
    if not index then return math.min(tonumber(fromScore), length) end
    return newest and index + 1 or length - index
  end
  local rank = call(newest and 'ZREVRANK' or 'ZRANK', key, fromId)
  if rank and call('ZSCORE', key, fromId) == fromScore then return rank + 1 end
  local index = newest and call('ZCOUNT', key, '(' .. fromScore, '+inf') or call('ZCOUNT', key, '-inf', '(' .. fromScore)
  while true do
    local member = call(newest and 'ZREVRANGE' or 'ZRANGE', key, index, index, 'WITHSCORES')
    if member[2] ~= fromScore then return index end
    if newest and before(member[1], fromId) or not newest and before(fromId, member[1]) then return index end
    index = index + 1
  end
end

local function read(index, count)
  if not isList then return call(newest and 'ZREVRANGE' or 'ZRANGE', key, index, index + count - 1, 'WITHSCORES') end
  local found = {}
  local ids = newest and call('LRANGE', key, index, index + count - 1) or call('LRANGE', key, -index - count, -index - 1)
  for i = 1, #ids do
    local at = newest and i or #ids + 1 - i
    found[2 * i - 1], found[2 * i] = ids[at], tostring(index + i)
  end
  return found
end

local jobs, index, lastScore, lastId = {}, firstIndex(), fromScore, fromId
local looked, gone, isOver = 0, {}, false
local isBlocked = part == 'pj:blocked'
while #jobs < most and looked < budget and not isOver do
  local count = math.min(names and 500 or most - #jobs, budget - looked)
  local found = read(index, count)
  for i = 1, #found, 2 do
    if #jobs >= most then break end
    local id = found[i]
    lastScore, lastId = found[i + 1], id
    looked = looked + 1
    if not names or names[call('HGET', prefix .. id, 'name') or ''] then
      local hash = call('HGETALL', prefix .. id)
      if hash[1] then jobs[#jobs + 1] = { id, hash }
      elseif name or isBlocked or part == 'pj:ordered' then gone[#gone + 1] = id end
    end
  end
  isOver = #found < 2 * count
  index = index + count
end
-- BullMQ, which does not know these sets, leaves the id of a job it removes.
for _, id in ipairs(gone) do
  if isBlocked then call('ZREM', key, id) else dropParked(key, name, id) end
end
return { jobs, isOver and #jobs < most and 1 or 0, lastScore, lastId, looked }
`;
