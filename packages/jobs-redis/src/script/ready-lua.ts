import { MIDDLE_PRIORITY } from '../record/priority.ts';

/**
 * Makes jobs ready. Needs the keys `prioritized`, `pc`, `marker`, `meta`, `pj:limits`.
 *
 * All jobs of ours stand in BullMQ's prioritised set, whose score is priority · 2³² + a counter. A job
 * whose name is limited stands there only while it holds a slot; the others of its name are parked in a
 * set of their own, in the same order, and take a slot as it becomes free. So they are never
 * fetched to be put back, and jobs of other names pass them by. The set of slots holds −1 for a job that
 * was claimed and the job's score for one that still waits its turn.
 */
export const READY_LUA: string = `
local CLASS = 4294967296
local function storedPriority(priority)
  return priority and priority > 0 and priority or ${MIDDLE_PRIORITY}
end
local function slotsOf(name) return prefix .. 'pj:slots:' .. name end
local function parkedOf(name) return prefix .. 'pj:parked:' .. name end
local limits = {}
local function limitOf(name)
  local limit = limits[name]
  if limit == nil then
    limit = metaOf(5) and tonumber(call('HGET', limitsKey, name)) or false
    limits[name] = limit
  end
  return limit
end

local awake, stirred = false, false
local function wake()
  stirred = true
  if awake or metaOf(1) then return end
  awake = true
  call('ZADD', markerKey, 0, '0')
end

-- The next turn among the jobs of a priority. BullMQ's counter starts anew when nothing waits, so that a
-- job to be parked must be kept behind those parked before; of many, only the first looks.
local looked = {}
local function turnOf(priority, parked)
  local turn = call('INCR', pcKey) % CLASS
  if parked and not looked[parked .. priority] then
    looked[parked .. priority] = true
    local last = call('ZREVRANGEBYSCORE', parked, (priority + 1) * CLASS - 1, priority * CLASS, 'WITHSCORES', 'LIMIT', 0, 1)
    local lastTurn = last[2] and tonumber(last[2]) - priority * CLASS
    if lastTurn and lastTurn >= turn then
      turn = lastTurn + 1
      call('SET', pcKey, turn)
    end
  end
  return priority * CLASS + turn
end

-- For each name whose slots are all taken, the worst turn that holds one, as long as this script knows it.
local full = {}

local function give(name, id, score)
  full[name] = nil
  local class = math.floor(score / CLASS)
  if score - class * CLASS > (tonumber(call('GET', pcKey)) or 0) then score = class * CLASS end
  call('ZADD', slotsOf(name), score, id)
  call('ZADD', prioritizedKey, score, id)
end

-- Hands free slots to the first of those parked; answers whether there were any of both.
local function handOut(name, limit)
  local free = limit - call('ZCARD', slotsOf(name))
  local given = false
  while free > 0 do
    local first = call('ZPOPMIN', parkedOf(name))
    if not first[1] then break end
    give(name, first[1], tonumber(first[2]))
    free = free - 1
    given = true
  end
  return given
end

-- Gives a parked job the slot of one that still waits, if its turn is better; answers whether it did.
local function takeOver(name, id, score)
  local slots, parked = slotsOf(name), parkedOf(name)
  local worst = call('ZREVRANGE', slots, 0, 0, 'WITHSCORES')
  local worstScore = tonumber(worst[2])
  full[name] = worstScore
  if not worstScore or worstScore <= score or call('ZREM', prioritizedKey, worst[1]) == 0 then return false end
  call('ZREM', slots, worst[1])
  call('ZADD', parked, worstScore, worst[1])
  call('ZREM', parked, id)
  give(name, id, score)
  return true
end

-- Brings slots and turns in order, whatever they were.
local function settle(name, limit)
  local given = handOut(name, limit)
  while true do
    local best = call('ZRANGE', parkedOf(name), 0, 0, 'WITHSCORES')
    if not best[1] or not takeOver(name, best[1], tonumber(best[2])) then break end
    given = true
  end
  if given then wake() end
end

-- Makes a job wait its turn, or with ahead the next turn of its priority, or the one it says.
local function makeReady(id, name, priority, ahead, isNew)
  local limit = limitOf(name)
  local turn = type(ahead) == 'number' and ahead or ahead and priority * CLASS
  if not limit then
    call('ZADD', prioritizedKey, turn or turnOf(priority), id)
    wake()
    return
  end
  local slots, parked = slotsOf(name), parkedOf(name)
  if not isNew and call('ZSCORE', slots, id) then
    local score = turn or priority * CLASS
    call('ZADD', slots, score, id)
    call('ZADD', prioritizedKey, score, id)
    wake()
    return
  end
  local score = turn or turnOf(priority, parked)
  call('ZADD', parked, score, id)
  if full[name] and full[name] <= score then return end
  if handOut(name, limit) or takeOver(name, id, score) then wake() end
end

-- Lets go of the slot a job may hold.
local function release(id, name)
  local limit = limitOf(name)
  full[name] = nil
  if limit and call('ZREM', slotsOf(name), id) == 1 and handOut(name, limit) then wake() end
end
`;

/** The keys {@link READY_LUA} needs. */
export const READY_KEYS = ['prioritized', 'pc', 'marker', 'meta', 'pj:limits'] as const;

/** Writes to the queue's event stream. Needs the keys `events`, `meta`. */
export const EMIT_LUA: string = `
local function emit(...)
  call('XADD', eventsKey, 'MAXLEN', '~', metaOf(2) or 10000, '*', 'event', ...)
end
`;
