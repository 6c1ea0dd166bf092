import { GATES_LUA } from '../limits/gates-lua.ts';
import { MOVING_IN_LUA, MOVING_OUT_LUA } from '../order/moving-lua.ts';
import { ORDERED_CLAIMING_LUA } from '../order/ordered-claiming-lua.ts';
import { DELAY_LUA, EMIT_LUA, READY_LUA } from '../script/ready-lua.ts';
import { CLOCK_LUA, defineScript, type Script, type Words } from '../script/script.ts';
import { FLOWS_LUA } from '../workflow/flows-lua.ts';
import { RELEASING_LUA } from '../workflow/releasing-lua.ts';
import { CLAIM_LUA, CLAIMING_LUA } from './claiming-lua.ts';
import { ENDING_LUA, OTHER_ENDINGS_LUA } from './ending-lua.ts';
import { FINISHING_LUA } from './finishing-lua.ts';
import { LEASE_LUA } from './lease-lua.ts';
import { RECOVERING_LUA } from './recovering-lua.ts';

/**
 * Returns one text, joined by NUL, which costs a client far less to read than a list. It begins with the number of
 * parts, so that the client notices a NUL within a part. The client then repeats the call, which is answered by a list.
 */
const ANSWER_LUA = `
-- Adds name and window of the jobs handed out whose rate is limited, at the end: other scripts have no such jobs.
local function addWindows(answer, parts)
  for _, hash in ipairs(metaOf('pj:limited') and texts or {}) do
    local at = 1
    while hash[at] and hash[at] ~= 'name' do at = at + 2 end
    local limit = limitOf(hash[at + 1] or '')
    if limit and limit.max and not limit.told then
      answer[#answer + 1], answer[#answer + 2], limit.told = hash[at + 1], limit.per, true
      parts = parts + 2
    end
  end
  return parts
end

local function reply(nextAt)
  local isList = again == '1'
  local answer, parts = { 0, now, nextAt }, 2
  for _, rows in ipairs({ refused, foreign, deferred, stalled, jobs }) do
    -- To write a number as text costs as much as a command, and most of these lists are empty.
    answer[#answer + 1] = #rows == 0 and '0' or #rows
    parts = parts + 1
    for i, row in ipairs(rows) do
      if type(row) ~= 'table' then row = { row } end
      for _, value in ipairs(row) do answer[#answer + 1] = value end
      parts = parts + #row
      if rows == jobs then
        local hash = texts[i]
        answer[#answer + 1], answer[#answer + 2] = #hash, isList and hash or table.concat(hash, '\\0')
        parts = parts + 1 + #hash
      end
    end
  end
  parts = addWindows(answer, parts)
  answer[1] = parts
  return isList and answer or table.concat(answer, '\\0')
end
`;

/** Remembers the answer for {@link REPLAY_LUA}, in the field `answerField` of `pj:answers`. */
const REMEMBER_LUA = `
local function remember()
  if #refused + #foreign + #deferred + #stalled + #jobs + tonumber(endedCount) == 0 then return end
  local started = {}
  for _, job in ipairs(jobs) do started[#started + 1], started[#started + 2] = job[1], job[2] end
  call('HSET', answersKey, answerField, cmsgpack.pack({ sequence, started, refused, foreign, deferred, stalled }))
end
`;

/**
 * Repeats the answer to a call whose answer was lost, and changes nothing. The last answers of a holder are
 * kept, each in the field of its number. The jobs in a repeated answer are those the holder still holds.
 */
const REPLAY_LUA = `
local function replay()
  local packed = again == '1' and call('HGET', answersKey, answerField)
  local known = packed and cmsgpack.unpack(packed)
  if not known or known[1] ~= sequence then return nil end
  -- The plain script leaves out what is empty.
  refused, foreign, deferred, stalled = known[3] or {}, known[4] or {}, known[5] or {}, known[6] or {}
  local started = known[2]
  for i = 1, #started, 2 do
    local id, token = started[i], started[i + 1]
    if isOwnLock(call('GET', prefix .. id .. ':lock'), token) then
      jobs[#jobs + 1] = { id, token }
      texts[#jobs] = call('HGETALL', prefix .. id)
    end
  end
  return reply(#jobs < tonumber(wanted) and now or '')
end
`;

const ARGUMENTS =
  'holder sequence answerField wanted stopping leaseMs maxStalls stallMessage stallError look idle takesForeign again endedCount';

type ExchangeScript = Script<Words<typeof ARGUMENTS>, string | unknown[]>;

/**
 * Records the jobs that ended, takes back jobs whose holders lost them, makes due jobs ready, and hands out jobs that
 * may run, in one step. Reads everything before the first write, except the jobs handed out, which are known only then.
 * The first write is one that a server out of memory permits; the server then permits the rest.
 *
 * Besides the named arguments it takes the ended leases, as `endedArguments` writes them. It returns the time and when to
 * ask again or nothing, then five lists, each after its length: the places (from 1) of the refused leases; place, id
 * and lock of those BullMQ must end; id, lock and reason of each job BullMQ must fail without running it; id, name,
 * token and whether it failed of each job taken back; id, token and hash of each job handed out. Last come the names of
 * these whose rate is limited, each with its window.
 */
export const exchangeScript: ExchangeScript = defineScript('Exchange', ARGUMENTS)`
${CLOCK_LUA}
leaseMs = tonumber(leaseMs)
local postponed, stalled = {}, {}
${READY_LUA}${EMIT_LUA}${DELAY_LUA}${GATES_LUA}${LEASE_LUA}${FLOWS_LUA}
${FINISHING_LUA}${ENDING_LUA}${OTHER_ENDINGS_LUA}${RECOVERING_LUA}
${CLAIMING_LUA}${{ fifo: CLAIM_LUA, ordered: MOVING_IN_LUA + MOVING_OUT_LUA + ORDERED_CLAIMING_LUA }}
${RELEASING_LUA}${ANSWER_LUA}${REMEMBER_LUA}${REPLAY_LUA}
if look == '1' then
  if restoreMeta() then return 'ordered' end
  flow.restore()
end
local known = replay()
if known then return known end

local takes = tonumber(wanted) > 0
local ended = readEnded()
if #ended == 0 and call('EXISTS', waitKey, prioritizedKey, delayedKey, activeKey, openKey, openingsKey) == 0 and not flow.hasWork() then return reply(takes and lookAt() or '') end
local lost = look == '1' and readLost() or {}
local due = takes and readDue() or {}

-- The end of the script decides whether to wake other workers.
awake = true
recordEnded(ended)
if look == '1' then takeBack(lost) end
if metaOf('pj:limited') then freeSlots() end
local isLeft = metaOf('pj:flows') and flow.step()
if #due > 0 then promote(due) end
local nextAt = takes and claim(due, lost) or ''
if metaOf('pj:flows') then flow.handOut() end
if takes and isLeft then nextAt = now end
keepFinished(groups, #jobs > 0)
remember()
awake = false

-- Wakes another worker when this one is fully loaded (it asks again only when a job ends) and jobs are still waiting.
if nextAt == '' and (isLeft or stirred or #lost + #due > 0 or idle == '1') and call('EXISTS', waitKey, prioritizedKey, openKey) > 0 then wake() end
-- A worker that is stopping leaves jobs that are to fail to others.
if stopping == '1' and flow.hasWork() then wake() end
-- A job that lost its workers too often failed without one that ended it.
for _, job in ipairs(stalled) do hasEnded = hasEnded or job[4] == 1 end
if hasEnded and #jobs + #foreign == 0 and call('EXISTS', waitKey, pausedKey, activeKey, prioritizedKey, openKey, shutKey) == 0 then emit('drained') end
-- Sets the marker for the next delayed job when this worker is no longer idle, or when it just delayed that job.
local first = (next(postponed) or #jobs > 0 and (#due > 0 or idle == '1')) and call('ZRANGE', delayedKey, 0, 0)[1]
if first and (#jobs > 0 or postponed[first]) then announceDelayed() end
return reply(nextAt)
`;
