import { LINES_LUA } from '../limits/lines-lua.ts';
import { MIDDLE_PRIORITY } from '../record/priority.ts';

/**
 * Makes jobs ready. All jobs of ours stand in BullMQ's prioritised set, whose score is priority · 2³² + a counter,
 * but for those of limited names, which stand in lines of our own in the same order.
 */
export const READY_LUA: string = `
local CLASS = 4294967296
local function storedPriority(priority)
  return priority and priority > 0 and priority or ${MIDDLE_PRIORITY}
end

local awake, stirred = false, false
local function wake()
  stirred = true
  if awake or metaOf(1) then return end
  awake = true
  call('ZADD', markerKey, 0, '0')
end
${LINES_LUA}
-- The next turn among the jobs of a priority. BullMQ's counter starts again when nothing waits, so that a
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

-- Makes a job wait its turn, or with ahead the next turn of its priority, or the one it says; in its line, if that is
-- known.
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
`;

/** The keys {@link READY_LUA} needs. */
export const READY_KEYS = [
  'prioritized',
  'pc',
  'marker',
  'meta',
  'pj:limits',
  'pj:open',
  'pj:shut',
  'pj:openings',
  'pj:held',
] as const;

/** Writes to the queue's event stream. Needs the keys `events`, `meta`. */
export const EMIT_LUA: string = `
local function emit(...)
  call('XADD', eventsKey, 'MAXLEN', '~', metaOf(2) or 10000, '*', 'event', ...)
end
`;
