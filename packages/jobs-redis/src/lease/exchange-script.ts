import { GATES_LUA } from '../limits/lines-lua.ts';
import { DELAY_LUA } from '../script/deduplicate-lua.ts';
import { EMIT_LUA, READY_KEYS, READY_LUA } from '../script/ready-lua.ts';
import { defineScript, type Script } from '../script/script.ts';
import { CLAIMING_LUA } from './claiming-lua.ts';
import { ENDING_LUA } from './ending-lua.ts';
import { LEASE_LUA } from './lease-lua.ts';
import { RECOVERING_LUA } from './recovering-lua.ts';
import { RETAINING_LUA } from './retaining-lua.ts';

/** Tells by the server's clock what time it is. */
const CLOCK_LUA = `
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
leaseMs = tonumber(leaseMs)
local postponed = {}
`;

/**
 * Answers as one text, joined by NUL, which costs a client far less to read than a list; first how many parts
 * it has, so that a NUL in a part is noticed. The client then asks once more for the list.
 */
const ANSWER_LUA = `
local answer, parts = {}, 0
local function put(...)
  for i = 1, select('#', ...) do answer[#answer + 1] = select(i, ...) end
  parts = parts + select('#', ...)
end
local function putAll(rows)
  put(#rows)
  for _, row in ipairs(rows) do
    if type(row) == 'table' then put(unpack(row)) else put(row) end
  end
end
local function reply(nextAt)
  put(now, nextAt)
  putAll(refused)
  putAll(foreign)
  putAll(deferred)
  putAll(stalled)
  put(#jobs)
  for i, job in ipairs(jobs) do
    local hash = texts[i]
    put(job[1], job[2], #hash)
    answer[#answer + 1] = form == 'list' and hash or table.concat(hash, '\\0')
    parts = parts + #hash
  end
  table.insert(answer, 1, parts)
  return form == 'list' and answer or table.concat(answer, '\\0')
end
`;

/**
 * Answers a call whose answer was lost once more, and changes nothing. The last two of a holder are kept;
 * its jobs are those it still holds.
 */
const REPLAY_LUA = `
local slot = holder .. ':' .. sequence % 2
local function replay()
  local packed = again == '1' and call('HGET', answersKey, slot)
  local known = packed and cmsgpack.unpack(packed)
  if not known or known[1] ~= sequence then return nil end
  refused, foreign, deferred, stalled = known[2], known[3], known[4], known[5]
  for _, job in ipairs(known[6]) do
    if isOwnLock(call('GET', prefix .. job[1] .. ':lock'), job[2]) then
      jobs[#jobs + 1] = job
      texts[#jobs] = call('HGETALL', prefix .. job[1])
    end
  end
  return reply(#jobs < tonumber(wanted) and now or '')
end
local function remember()
  if #refused + #foreign + #deferred + #stalled + #jobs + tonumber(endedCount) == 0 then return end
  call('HSET', answersKey, slot, cmsgpack.pack({ sequence, refused, foreign, deferred, stalled, jobs }))
end
`;

/**
 * Records what ended, takes back what other holders lost, lets wait what is due, and hands out what may run,
 * in one step. All is read before the first write, except for the jobs handed out, which are known only then.
 * The first write is one that a full server permits; it then permits the rest.
 *
 * Besides the arguments it names it takes the leases that ended, `ENDED_WIDTH` arguments each. It answers: the time,
 * when to ask again or nothing; the places (from 1) of the leases refused; place, id and lock of those BullMQ has to end; id, lock
 * and reason of each job that BullMQ has to fail unrun; id, name, token and whether it failed of each that was taken back;
 * and id, token and hash of each job handed out. Before each of these lists stands its length.
 */
export const exchangeScript: Script<
  | 'holder'
  | 'sequence'
  | 'wanted'
  | 'leaseMs'
  | 'maxStalls'
  | 'stallMessage'
  | 'stallError'
  | 'look'
  | 'idle'
  | 'form'
  | 'again'
  | 'endedCount'
> = defineScript(
  'Exchange',
  [
    ...READY_KEYS,
    'wait',
    'active',
    'delayed',
    'completed',
    'failed',
    'pj:cancelled',
    'events',
    'limiter',
    'pj:answers',
    'pj:looked',
  ],
  [
    'holder',
    'sequence',
    'wanted',
    'leaseMs',
    'maxStalls',
    'stallMessage',
    'stallError',
    'look',
    'idle',
    'form',
    'again',
    'endedCount',
  ],
  CLOCK_LUA,
  READY_LUA,
  EMIT_LUA,
  DELAY_LUA,
  GATES_LUA,
  LEASE_LUA,
  RETAINING_LUA,
  ENDING_LUA,
  RECOVERING_LUA,
  CLAIMING_LUA,
  ANSWER_LUA,
  REPLAY_LUA,
  `
local known = replay()
if known then return known end

local takes = tonumber(wanted) > 0
local ended = readEnded()
if #ended == 0 and call('EXISTS', waitKey, prioritizedKey, delayedKey, activeKey, openKey, openingsKey) == 0 then return reply(takes and lookAt() or '') end
local lost = readLost()
local due = takes and readDue() or {}

-- Whether others are to be woken is known at the end.
awake = true
recordEnded(ended)
takeBack(lost)
freeSlots()
promote(due)
local nextAt = takes and claim(due, lost) or ''
trim(#jobs > 0)
remember()
awake = false

if nextAt == '' and (stirred or #lost + #due > 0 or idle == '1') and call('EXISTS', waitKey, prioritizedKey, openKey) > 0 then wake() end
if #ended > 0 and #jobs + #foreign == 0 and call('EXISTS', waitKey, activeKey, prioritizedKey, openKey, shutKey) == 0 then emit('drained') end
local first = (next(postponed) or #jobs > 0 and (#due > 0 or idle == '1')) and call('ZRANGE', delayedKey, 0, 0)[1]
if first and (#jobs > 0 or postponed[first]) then announceDelayed() end
return reply(nextAt)
`,
);
