import { FILING_LUA, PLAIN_GATES_LUA, PLAIN_LINES_LUA } from '../limits/plain-limits-lua.ts';
import {
  ORDERED_HEAD_LUA,
  ORDERED_LEAVING_LUA,
  ORDERED_PLAN_LUA,
} from '../order/plain-ordered-lua.ts';
import { KEEP_COMPLETED } from '../record/job-options.ts';
import { ANNOUNCE_LUA } from '../script/ready-lua.ts';
import { BUSY_SLACK, EXACT_BELOW, RETAIN_LUA } from '../script/retain-lua.ts';
import {
  CLOCK_LUA,
  defineScript,
  lua,
  type Script,
  type ScriptPart,
  type Words,
} from '../script/script.ts';
import { RELEASES_LUA } from '../workflow/flow-lua.ts';
import { READ_MEMBERS_LUA, TELL_DEPENDANTS_LUA } from '../workflow/members-lua.ts';
import { LOOK_EVERY_MS, RECOUNT_LUA } from './claiming-lua.ts';
import { LARGE_RESULT, WIDTH } from './ending-lua.ts';

const ARGUMENTS = 'holder sequence answerField wanted leaseMs idle';

/** The fields that each job of ours has. */
const PLAIN_FIELDS = "'name', 'data', 'opts', 'timestamp', 'delay', 'priority', 'pj:keep'";

/** Reads all that the script needs, or returns `whole` where a lease or the queue needs more than it does. */
const READING_LUA: ScriptPart = lua`
leaseMs, wanted = tonumber(leaseMs), tonumber(wanted)
-- Most queues have no fields that matter here but two: then to read all costs less than to ask for those that do.
local isBare, facts = ${{ fifo: "true, call('HGETALL', prefix .. 'meta')", ordered: 'false, {}' }}
meta = {}
for at = 1, #facts, 2 do
  if facts[at] == 'opts.maxLenEvents' then meta['opts.maxLenEvents'] = facts[at + 1]
  elseif facts[at] == 'pj:limited' then meta['pj:limited'] = facts[at + 1]
  elseif facts[at] == 'pj:flows' then meta['pj:flows'] = facts[at + 1]
  elseif facts[at] ~= 'version' then isBare = false end
end
meta = isBare and meta
if metaOf('paused') or metaOf('concurrency') or metaOf('max') then return 'whole'
${{ fifo: "elseif metaOf('pj:order') then return 'ordered' end", ordered: `end ${ORDERED_HEAD_LUA}if metaOf('pj:limited') then return 'whole' end` }}
${{ fifo: PLAIN_GATES_LUA, ordered: '' }}
-- A worker whose answers were lost for too long continues under a new holder name with a suffix; the owner stays.
local owner = string.find(holder, '~', 1, true) and string.gsub(holder, '~%d+$', '') or holder

local locks, count = {}, 0
for first = 1, restSize, ${WIDTH.complete} do
  count = count + 1
  locks[count] = prefix .. rest(first) .. ':lock'
end
local held = count > 0 and call('MGET', unpack(locks)) or {}
for i = 1, count do
  local token = rest((i - 1) * ${WIDTH.complete} + 2)
  if not held[i] or string.find(held[i], owner .. ':' .. token .. ':', 1, true) ~= 1 then return 'whole' end
  ${{
    fifo: `if limited then
    local shape = rest(i * ${WIDTH.complete})
    if shape ~= seen and isLimited(string.sub(shape, string.find(shape, ' ', 1, true) + 1)) then return 'whole' end
    seen = shape
  end`,
    ordered: '',
  }}
end
${{ fifo: 'seen = nil', ordered: '' }}
-- The ids of the jobs to start and their positions.
local ids, turns, hashes, started, nextAt = {}, {}, {}, {}, ''
local waitingKey = ${{ fifo: 'prioritizedKey', ordered: 'orderedKey' }}
if wanted > 0 then
  -- What needs the whole script: of the delayed jobs, only those that are due.
  local others, due = ${{ fifo: "limited and call('EXISTS', delayedKey, waitKey, openKey, openingsKey) or call('EXISTS', delayedKey, waitKey)", ordered: "call('EXISTS', delayedKey, waitKey, prioritizedKey, own .. 'weighted')" }}, nil
  ${{ fifo: PLAIN_LINES_LUA, ordered: '' }}
  if others > 0 then
    due = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')[2]
    due = due and math.floor(tonumber(due) / 4096)
    if others > 1 or not due or due <= now then return 'whole' end
  end
${{
  fifo: `
  local found = call('ZRANGE', prioritizedKey, 0, wanted - 1, 'WITHSCORES')
  for i = 1, #found / 2 do ids[i], turns[i] = found[2 * i - 1], found[2 * i] end
`,
  ordered: ORDERED_PLAN_LUA,
}}
  if #ids < wanted then nextAt = math.min(due or math.huge, now + math.min(${LOOK_EVERY_MS}, math.max(50, leaseMs / 2))) end
end
for i = 1, #ids do
  local id = ids[i]
  if not turns[i] then return 'whole' end
  local key, starts = prefix .. id, 1
  -- A job that never started mostly has seven fields, and two that no worker reads if it is a member of a batch: then values are
  -- enough. An order adds what it sorts by.
  local size = ${{ fifo: "isBare and call('HLEN', key)", ordered: "call('HLEN', key)" }}
  local hash = size == 7 and call('HMGET', key, ${PLAIN_FIELDS})
    or ${{ fifo: 'size == 9', ordered: '(size == 8 or size == 9)' }} and call('HMGET', key, ${PLAIN_FIELDS}, ${{ fifo: "'pj:awaited', 'pj:staged'", ordered: "'pj:order', 'pj:arrived'" }})
  local isPlain = hash and hash[1] and hash[2] and hash[3] and hash[4] and hash[5] and hash[6] and hash[7]
    and size == 7 + (hash[8] and 1 or 0) + (hash[9] and 1 or 0)
  if isPlain and size > 7 then hash[9], hash[8] = ${{ fifo: 'nil, nil', ordered: "hash[8] or nil, hash[8] and 'pj:order' or nil" }} end
  if not isPlain then hash = call('HGETALL', key) end
  -- The hash of a job that never started ends like this, unless it is large; the third is that of a member of a batch.
  if not (isPlain or hash[13] == 'pj:keep' and (#hash == 14 or #hash == 16 and hash[15] == 'pj:order' or #hash == 18 and hash[15] == 'pj:awaited' and hash[17] == 'pj:staged')) then
    local isOurs = false
    for at = 1, #hash, 2 do
      local name = hash[at]
      if name == 'pj:keep' then isOurs = true
      elseif name == 'ats' then starts = tonumber(hash[at + 1]) + 1
      elseif name == 'defa' or name == 'parentKey' then return 'whole' end
    end
    if not isOurs then return 'whole' end
  end
  ${{
    fifo: `if limited then
    local at = isPlain and 1 or 2
    while not isPlain and hash[at] and hash[at - 1] ~= 'name' do at = at + 2 end
    if hash[at] ~= seen and isLimited(hash[at] or '') then return 'whole' end
    seen = hash[at]
  end`,
    ordered: '',
  }}
  -- Another job may be held under this id without its first character: see tokenFor.
  if string.byte(id) == 126 then return 'whole' end
  hashes[i], started[2 * i - 1], started[2 * i] = hash, id, starts == 1 and '1' or tostring(starts)
end
${{ fifo: "if opening and nextAt ~= '' then nextAt = math.min(nextAt, math.max(now + 1, math.ceil(opening))) end", ordered: '' }}
local flow, awaited, informed, stays, kept
if metaOf('pj:flows') then
  ${READ_MEMBERS_LUA}
end
`;

/** Records the completed jobs. A server out of memory permits the delete of their locks, and then the rest. */
const COMPLETING_LUA = `
local refused, groups, gone = {}, {}, nil
if count > 0 then call('DEL', unpack(locks)) end
for i = 1, count do
  local first = (i - 1) * ${WIDTH.complete} + 1
  local id, text, shape = rest(first), rest(first + 3), rest(first + 5)
  if call('LREM', activeKey, -1, id) == 0 then
    refused[#refused + 1] = i
  else
    local group = groups[shape]
    if not group then
      group = {}
      groups[shape] = group
      -- A shape begins with a space if its retention is the default one.
      if string.byte(shape) ~= 32 then
        local most, total = string.match(shape, '^[^,]*,([^,]*),([^,]*)')
        group.most, group.total = tonumber(most), tonumber(total)
      end
    end
    -- One that others wait for is kept, out of the reach of retention.
    if awaited and awaited[i] then
      stays[#stays + 1] = id
      group = kept
    end
    if group.most == 0 then
      gone = gone or {}
      gone[#gone + 1] = id
    else
      call('HSET', prefix .. id, 'returnvalue', text, 'atm', rest(first + 4), 'finishedOn', now)
      local size = #group
      -- Finer than a microsecond, so that jobs that end together keep their order.
      group[size + 1], group[size + 2] = time[1] * 1000 + time[2] / 1000 + (i - 1) / 4096, id
    end
    if #text <= ${LARGE_RESULT} then call('XADD', eventsKey, '*', 'event', 'completed', 'jobId', id, 'returnvalue', text, 'prev', 'active')
    else call('XADD', eventsKey, '*', 'event', 'completed', 'jobId', id, 'returnvalue', 'null', 'pj:large', 1, 'prev', 'active') end
  end
end
if flow then
  ${TELL_DEPENDANTS_LUA}
end
`;

/** Starts jobs. */
const STARTING_LUA: ScriptPart = lua`${{
  fifo: `
if #ids > 0 then call('ZREMRANGEBYRANK', prioritizedKey, 0, #ids - 1)
elseif wanted > 0 and not metaOf('pj:limited') then
  -- Positions may begin again when no job waits, unless jobs in lines have some from before.
  ${RECOUNT_LUA}
  recount(pcKey)
end
${FILING_LUA}`,
  ordered: ORDERED_LEAVING_LUA,
}}
for i = 1, #ids do
  local id, token = ids[i], started[2 * i]
  local key = prefix .. id
  call('HSET', key, 'processedOn', now, 'ats', token, 'pb', holder)
  call('SET', key .. ':lock', owner .. ':' .. token .. ':' .. turns[i]${{ fifo: '', ordered: " .. (tails[i] or '')" }}, 'PX', leaseMs)
  call('XADD', eventsKey, '*', 'event', 'active', 'jobId', id, 'prev', 'waiting')
end
if #ids > 0 then call('LPUSH', activeKey, unpack(ids)) end
`;

/**
 * Keeps the jobs that completed. A busy worker looks for old jobs only in one exchange of 16, and leaves a few jobs beyond a
 * large number; if few end in each, it looks for those in one of 16 too. The microsecond decides: of calls that are counted,
 * every second one may record nothing. The functions that do it are made only then.
 */
const KEEPING_LUA = `
local looks, due = #hashes == 0 or time[2] % 16 == 0, gone and {}
for shape, group in pairs(groups) do
  -- A group is empty if its retention keeps none.
  if #group > 0 then
    local name = string.sub(shape, string.find(shape, ' ', 1, true) + 1)
    local keptKey = prefix .. 'pj:kept:completed:' .. name
    local most, total = group.most or ${KEEP_COMPLETED.count}, group.total or ${KEEP_COMPLETED.total}
    call('ZADD', completedKey, unpack(group))
    call('ZADD', keptKey, unpack(group))
    if looks or most < ${EXACT_BELOW} or count > 4 and (call('ZCARD', keptKey) > most + ${BUSY_SLACK} or total > 0 and call('ZCARD', completedKey) > total + ${BUSY_SLACK}
      and call('ZCARD', completedKey) > total + ${BUSY_SLACK} + call('SCARD', prefix .. 'pj:awaited:completed')) then
      due = due or {}
      due[shape] = name
    end
  end
end
if due then
  ${RETAIN_LUA}
  if gone then dropJobs(gone) end
  for shape, name in pairs(due) do
    local age, most, total = keptOf(string.match(shape, '^[^ ]*'), 'completed')
    trimKept('completed', name, now, looks and age, most, total)
  end
end
`;

/** Remembers the answer, wakes another worker or announces that the queue has drained, and answers. */
const ANSWERING_LUA = `
if count + #ids > 0 then
  call('HSET', answersKey, answerField, cmsgpack.pack({ sequence, started, #refused > 0 and refused or nil }))
end
if idle == '1' and #ids > 0 then
  -- This worker is no longer idle: what waits, or becomes due, needs another one.
  if nextAt == '' and call('EXISTS', waitingKey) == 1 then call('ZADD', prefix .. 'marker', 0, '0') end
  ${ANNOUNCE_LUA}
  announceDelayed()
elseif count > 0 and #ids == 0 and call('EXISTS', waitKey, activeKey, prioritizedKey, openKey, shutKey) == 0 then
  ${RELEASES_LUA}
  if not (flow and releasesSoon(now)) then call('XADD', eventsKey, '*', 'event', 'drained') end
end
-- Trims the events now and then, since that costs nearly as much as an entry.
if wanted > 4 or time[2] % 8 == 0 then call('XTRIM', eventsKey, 'MAXLEN', '~', metaOf('opts.maxLenEvents') or 10000) end
-- Numbers cost much to write as text.
local parts, told, size = 7 + #refused, #refused == 0 and '0' or table.concat({ #refused, unpack(refused) }, '\\0'), #ids == 1 and '1' or #ids
for i = 1, #ids do
  local hash = hashes[i]
  parts = parts + 3 + #hash
  hashes[i] = '\\0' .. ids[i] .. '\\0' .. started[2 * i] .. '\\0' .. (#hash == 7 and '7' or #hash) .. '\\0' .. table.concat(hash, '\\0')
end
return (parts == 17 and '17' or parts) .. '\\0' .. time[1] .. string.sub('00000' .. time[2], -6, -4) .. '\\0' .. nextAt .. '\\0' .. told
  .. '\\0000\\0000\\0000\\000' .. size .. (hashes[2] and table.concat(hashes) or hashes[1] or '')
`;

/**
 * Does the same as `exchangeScript` where that is little: records jobs of ours that completed under valid leases, and
 * hands out jobs of ours that wait. It has its own code since it runs for almost every job: it reads no hash of a job
 * that ended, and defines few functions. Each function, table and text costs Lua nearly as much as a command.
 *
 * Returns `whole`, and changes nothing, when there is more to do: the queue is paused or limited as a whole, a job is due, a
 * job of BullMQ's waits, a lease is not held, a limited job ends or may start, a job ends that waited for others, or
 * blocked jobs have to be released.
 */
export const plainExchangeScript: Script<Words<typeof ARGUMENTS>, string> = defineScript(
  'PlainExchange',
  ARGUMENTS,
)`
${CLOCK_LUA}${READING_LUA}${COMPLETING_LUA}${STARTING_LUA}${KEEPING_LUA}${ANSWERING_LUA}
`;
