import { LIMIT_LUA, LINES_LUA } from '../limits/lines-lua.ts';
import { FAIR_SHARES_LUA } from '../order/fair-shares-lua.ts';
import { ORDERED_FILING_LUA, ORDERED_LINES_LUA } from '../order/ordered-lines-lua.ts';
import { ORDER_LUA, ORDERED_READY_LUA } from '../order/ordered-ready-lua.ts';
import { MIDDLE_PRIORITY } from '../record/priority.ts';
import { lua, type ScriptPart } from './script.ts';

/**
 * Makes jobs ready. Jobs of ours are in BullMQ's prioritised set, whose score (here: position, `turn`) is
 * priority · 2³² + a counter. Jobs of limited names are in lines of our own, in the same order. In an ordered queue, all
 * jobs are.
 */
export const READY_LUA: ScriptPart = lua`${{
  fifo: `
if metaOf('pj:order') then return 'ordered' end
local isOrdered = false
`,
  ordered: ORDER_LUA,
}}
local CLASS = 4294967296
local function storedPriority(priority)
  return priority and priority > 0 and priority or ${MIDDLE_PRIORITY}
end

-- wake sets the marker that wakes one idle worker, once a script; "stirred" notes that it was wanted.
local awake, stirred = false, false
local function wake()
  stirred = true
  if awake or metaOf('paused') then return end
  awake = true
  call('ZADD', markerKey, 0, '0')
end
${LIMIT_LUA}${{
  fifo: `${LINES_LUA}
-- Returns the next position among the jobs of a priority. BullMQ resets its counter when nothing is waiting, so
-- a job that enters a line must stay behind those already in it; of many such jobs, only the first checks.
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

-- Makes a job ready: last of its priority, with ahead = true first of it, with a number at that position. Puts it into
-- its line if its name is limited; "line" saves looking it up.
local function makeReady(id, name, priority, ahead, line)
  local turn = type(ahead) == 'number' and ahead or ahead and priority * CLASS
  if limitOf(name) then
    line = line or lineOfJob(id, name)
    park(id, line, turn or turnOf(priority, jobsOf(line)))
  else
    call('ZADD', prioritizedKey, turn or turnOf(priority), id)
    wake()
  end
end
`,
  ordered: ORDERED_LINES_LUA + ORDERED_FILING_LUA + FAIR_SHARES_LUA + ORDERED_READY_LUA,
}}`;

/** Sets the marker for the next delayed job. Needs the keys `delayed`, `marker`. */
export const ANNOUNCE_LUA: string = `
-- Sets the marker for the time of the next delayed job, if there is one: it wakes an idle worker then.
local function announceDelayed()
  local earliest = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')
  if earliest[2] then call('ZADD', markerKey, math.floor(tonumber(earliest[2]) / 4096), '1') end
end
`;

/** Delays a job until its time, in BullMQ's order of delayed jobs. */
export const DELAY_LUA: string = `${ANNOUNCE_LUA}
-- The low 12 bits of the score keep jobs of the same millisecond in the order in which they were delayed.
local function holdBack(id, now, delay)
  local first = (now + delay) * 4096
  local last = call('ZREVRANGEBYSCORE', delayedKey, first + 4095, first, 'WITHSCORES', 'LIMIT', 0, 1)
  local score = last[2] and math.min(tonumber(last[2]) + 1, first + 4095) or first
  call('ZADD', delayedKey, score, id)
end

local function makeDelayed(id, now, delay)
  holdBack(id, now, delay)
  announceDelayed()
end
`;

/** Writes to the queue's event stream. Needs the keys `events`, `meta`. */
export const EMIT_LUA: string = `
-- Only the first entry of a script trims the stream.
local trimmed = false
local function emit(...)
  if trimmed then return call('XADD', eventsKey, '*', 'event', ...) end
  trimmed = true
  call('XADD', eventsKey, 'MAXLEN', '~', metaOf('opts.maxLenEvents') or 10000, '*', 'event', ...)
end
`;
