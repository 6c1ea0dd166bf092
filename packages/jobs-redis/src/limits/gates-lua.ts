import { lua, type ScriptPart } from '../script/script.ts';

/** Decides which lines may start a job now. Needs LINES_LUA and `now`. */
const BARRIER_LUA = `
-- Returns the barrier that shuts a line, and its time in ms if it opens at a time; nothing when the line is open.
-- Sets line.free to how many jobs may start now. Under a full rate, the start that is "max" starts ago decides: the
-- next start is allowed "per" ms after it.
local function barrierOf(line)
  local limit = limitOf(line.name)
  if limit.paused then return 'p' .. line.name end
  local opensAt = now
  if tonumber(metaOf('pj:held') or 0) > now then
    local name = sized(line.name)
    for _, at in ipairs(call('HMGET', heldKey, 'n' .. name, 'c' .. name .. (line.ck or ''), 'r' .. name .. (line.rk or ''))) do
      opensAt = math.max(opensAt, tonumber(at or 0))
    end
  end
  line.free = 64
  if limit.max then
    line.starts = call('ZCARD', startsOf(line))
    if line.starts >= limit.max then
      local before = call('ZRANGE', startsOf(line), line.starts - limit.max, line.starts - limit.max, 'WITHSCORES')
      -- A start later than now was counted before the server's clock was set back.
      if tonumber(before[2]) > now then
        for _, start in ipairs(call('ZRANGEBYSCORE', startsOf(line), '(' .. now, '+inf')) do call('ZADD', startsOf(line), now, start) end
        before[2] = now
      end
      opensAt = math.max(opensAt, before[2] + limit.per)
      line.free = 1
    else
      line.free = limit.max - line.starts
    end
  end
  if opensAt > now then return 't', opensAt end
  if limit.k and line.ck then
    line.free = math.min(line.free, limit.k - call('SCARD', keySlotsOf(line)))
    if line.free <= 0 then return 'k' .. sized(line.name) .. line.ck end
  end
  if limit.c then
    line.free = math.min(line.free, limit.c - call('SCARD', slotsOf(line.name)))
    if line.free <= 0 then return 'c' .. line.name end
  end
end
`;

const NEXT_LINE_LUA = lua`
-- Returns the open line whose first job is next. A line found shut is filed under its barrier, so that the lines behind it
-- are found. A shut line that is alone in pj:open stays there: it hides no other line.
local function nextLine()
  for _ = 1, 50 do
    local first = call('ZRANGE', openKey, 0, 1, 'WITHSCORES')
    if not first[1] then return nil end
    local line = parseLine(string.sub(first[1], WIDTH + 1))
    local barrier, at = barrierOf(line)
    if not barrier then
      line.isOpen = true
${{
  fifo: `
      -- The position of its first job, and that of the first job of the line behind it.
      line.turn, line.behind = tonumber(first[2]), tonumber(first[4])
      return line
`,
  ordered: `
      line.head = headOf(line)
      if line.head and line.head.mark == string.sub(first[1], 1, WIDTH) then return line end
      -- Its first key has started a job of another line since.
      settle(line)
      giveWay(line)
`,
}}
    else
      local kind, limit = string.sub(barrier, 1, 1), limitOf(line.name)
      -- The line leaves a start of its rate free: a line that was shut for want of that start may use it.
      local follows = limit.max and line.starts and line.starts < limit.max and openRated(line)
      if not first[3] and not follows and mayStay(line, kind) then return nil end
      call('ZREM', openKey, first[1])
      call('HSET', shutKey, line.id, barrier)
      if kind == 't' then call('ZADD', openingsKey, at, line.id) else call('ZADD', placeOf(barrier), first[2], first[1]) end
      if kind == 't' and limit.max and line.starts >= limit.max then call('ZADD', ratedOf(line), first[2], first[1])
      elseif kind == 't' and isOrdered then call('HDEL', filedKey, line.id) end
      if kind == 't' or kind == 'k' then giveWay(line) end
    end
  end
  return nil, true
end
`;

/** Takes jobs out of a line of a queue that is first in, first out. */
const TAKE_FROM_LUA = `
-- Takes the first jobs of a line: as many as may start and come before the first job of the line behind it.
local function takeFrom(line, most)
  local count = math.min(most, line.free)
  if line.behind and count > 1 then count = math.max(1, math.min(count, call('ZCOUNT', jobsOf(line), '-inf', '(' .. string.format('%.0f', line.behind)))) end
  local taken = call('ZPOPMIN', jobsOf(line), count)
  if line.ck or line.rk then
    for i = 1, #taken, 2 do call('ZREM', keyedOf(line.name), taken[i]) end
  end
  settle(line)
  return taken
end

`;

/** Counts the jobs that start and end. Needs BARRIER_LUA. */
const SLOTS_LUA = `
-- Counts the jobs of a line that start: their ids and tokens, alternating.
local function noteStarts(line, started)
  local limit = limitOf(line.name)
  if #started == 0 then return end
  local starts, ids, slots = {}, {}, {}
  for i = 1, #started, 2 do
    ids[#ids + 1] = started[i]
    slots[#ids] = slotOf(started[i], line.ck)
    starts[#starts + 1], starts[#starts + 2] = now, started[i] .. ':' .. started[i + 1]
  end
  if limit.max then
    call('ZADD', startsOf(line), unpack(starts))
    call('PEXPIRE', startsOf(line), math.ceil(limit.per) + 1000)
    if (line.starts or 0) > 2 * limit.max then call('ZREMRANGEBYSCORE', startsOf(line), '-inf', now - limit.per) end
  end
  if limit.c or limit.k and line.ck then call('SADD', slotsOf(line.name), unpack(slots)) end
  if limit.k and line.ck then call('SADD', keySlotsOf(line), unpack(ids)) end
end

-- Notes that a job is no longer active. One that never started to run (not started) gives its start under the rate
-- back, which may open its line at once. Slots are freed later, all together, by freeSlots.
local ends = {}
local function noteEnd(job, started)
  local limit = limitOf(job.name)
  if not limit then return end
  local line = lineOf(job.name, job.ck, job.rk)
  if limit.max and not started and call('ZREM', startsOf(line), job.id .. ':' .. job.token) == 1 then
    if call('HGET', shutKey, line.id) == 't' then openShut(line, 't') end
    openRated(line)
  end
  local function add(key, barrier, slot)
    ends[key] = ends[key] or { barrier = barrier }
    table.insert(ends[key], slot)
  end
  -- Its key may have been limited when it started, though it no longer is.
  if limit.c or line.ck then add(slotsOf(line.name), 'c' .. line.name, slotOf(job.id, line.ck)) end
  if line.ck then add(keySlotsOf(line), 'k' .. sized(line.name) .. line.ck, job.id) end
end

local function freeSlots()
  for key, ids in pairs(ends) do
    local freed = call('SREM', key, unpack(ids))
    if freed > 0 then reopen(ids.barrier, freed) end
  end
end

-- Files lines again whose opening time has come.
local function openDue()
  for _, id in ipairs(call('ZRANGEBYSCORE', openingsKey, '-inf', now, 'LIMIT', 0, 100)) do
    openShut(parseLine(id), 't')
  end
end
`;

/** Decides which lines may start a job now, and counts the jobs that start and end. */
export const GATES_LUA: ScriptPart = lua`${BARRIER_LUA}${NEXT_LINE_LUA}${{ fifo: TAKE_FROM_LUA, ordered: '' }}${SLOTS_LUA}`;
