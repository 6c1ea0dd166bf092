import { FILING_LUA, PLAIN_GATES_LUA, PLAIN_NAMES_LUA } from '../limits/plain-limits-lua.ts';
import {
  ORDERED_HEAD_LUA,
  ORDERED_LEAVING_LUA,
  ORDERED_PLAN_LUA,
} from '../order/plain-ordered-lua.ts';
import { ANNOUNCE_LUA } from '../script/ready-lua.ts';
import { RETAIN_LUA } from '../script/retain-lua.ts';
import {
  CLOCK_LUA,
  defineScript,
  type Script,
  type ScriptPart,
  type Words,
} from '../script/script.ts';
import { FLOW_LUA, RELEASES_LUA } from '../workflow/flow-lua.ts';
import { AWAITED_LUA, READ_MEMBERS_LUA, TELL_DEPENDANTS_LUA } from '../workflow/members-lua.ts';
import { LOOK_EVERY_MS, RECOUNT_LUA } from './claiming-lua.ts';
import { LARGE_RESULT, WIDTH } from './ending-lua.ts';
import { EXACT_BELOW } from './finishing-lua.ts';

const ARGUMENTS = 'holder sequence answerField wanted leaseMs idle';

/**
 * Reads all that the script needs, or returns `whole` where the job of an id, or the queue, needs more than it does.
 */
const leasesLua = (more: string): string => `
leaseMs, wanted = tonumber(leaseMs), tonumber(wanted)
if metaOf('paused') or metaOf('concurrency') or metaOf('max') then return 'whole' end
${more}
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
end

-- The ids of the jobs to start and their positions.
local ids, turns, hashes, tokens, nextAt = {}, {}, {}, {}, ''
`;

/**
 * Plans which jobs start, as `plan` does, unless any of some keys exists that needs the whole script: that of delayed jobs
 * needs it only once the first of them is due.
 */
const placesLua = (keys: string, plan: string): string => `
if wanted > 0 then
  local others, due = call('EXISTS', delayedKey, ${keys}), nil
  if others > 0 then
    due = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')[2]
    due = due and math.floor(tonumber(due) / 4096)
    if others > 1 or not due or due <= now then return 'whole' end
  end
  ${plan}
  if #ids < wanted then nextAt = math.min(due or math.huge, now + math.min(${LOOK_EVERY_MS}, math.max(50, leaseMs / 2))) end
end
`;

/** Reads the positions of the jobs to start. */
const PLACES_LUA = `
if metaOf('pj:order') then return 'ordered' end
${placesLua(
  'waitKey',
  `local found = call('ZRANGE', prioritizedKey, 0, wanted - 1, 'WITHSCORES')
  for i = 1, #found / 2 do ids[i], turns[i] = found[2 * i - 1], found[2 * i] end`,
)}
local waitingKey = prioritizedKey
`;

/** Reads the jobs to start. */
const HASHES_LUA = `
for i, id in ipairs(ids) do
  if not turns[i] then return 'whole' end
  local hash = call('HGETALL', prefix .. id)
  local starts = 1
  -- The hash of a job that never started ends like this, unless it is large; the third is that of a member of a batch.
  if not (hash[13] == 'pj:keep' and (#hash == 14 or #hash == 16 and hash[15] == 'pj:order' or #hash == 18 and hash[15] == 'pj:awaited' and hash[17] == 'pj:staged')) then
    local isOurs = false
    for at = 1, #hash, 2 do
      local name = hash[at]
      if name == 'pj:keep' then isOurs = true
      elseif name == 'ats' then starts = tonumber(hash[at + 1]) + 1
      elseif name == 'defa' or name == 'parentKey' then return 'whole' end
    end
    if not isOurs then return 'whole' end
  end
  -- Another job may be held under this id without its first character: see tokenFor.
  if string.byte(id) == 126 then return 'whole' end
  hashes[i], tokens[i] = hash, starts == 1 and '1' or tostring(starts)
end
`;

/** Records the completed jobs. A server out of memory permits the delete of their locks, and then the rest. */
const completingLua = (awaited: string): string => `
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
      if string.byte(shape) ~= 32 then group.most = tonumber(string.match(shape, '^[^,]*,([^,]*)')) end
    end
    ${awaited}if group.most == 0 then
      gone = gone or {}
      gone[#gone + 1] = id
    else
      call('HSET', prefix .. id, 'returnvalue', text, 'atm', rest(first + 4), 'finishedOn', now)
      local size = #group
      -- Finer than a microsecond, so that jobs that end together keep their order.
      group[size + 1], group[size + 2] = time[1] * 1000 + time[2] / 1000 + (i - 1) / 4096, id
    end
    if #text <= ${LARGE_RESULT} then emit('completed', 'jobId', id, 'returnvalue', text, 'prev', 'active')
    else emit('completed', 'jobId', id, 'returnvalue', 'null', 'pj:large', 1, 'prev', 'active') end
  end
end
`;

/** Writes events; trims the stream now and then, since that costs nearly as much as an entry. */
const EMIT_PLAIN_LUA = `
local trims = wanted > 4 or time[2] % 8 == 0
local function emit(...)
  if not trims then return call('XADD', eventsKey, '*', 'event', ...) end
  trims = false
  call('XADD', eventsKey, 'MAXLEN', '~', metaOf('opts.maxLenEvents') or 10000, '*', 'event', ...)
end
`;

/**
 * Keeps the jobs that completed. A busy worker looks for old jobs only in one exchange of 16, and for jobs beyond a large
 * number in one of 4; if few end in each, in one of 16. The microsecond decides: of calls that are counted, every second one
 * may record nothing. The functions that do it are made only then.
 */
const KEEPING_LUA = `
local turn, due = #hashes > 0 and time[2] % 16 or 0, gone and {}
for shape, group in pairs(groups) do
  -- A group is empty if its retention keeps none.
  if #group > 0 then
    local name = string.sub(shape, string.find(shape, ' ', 1, true) + 1)
    call('ZADD', completedKey, unpack(group))
    call('ZADD', prefix .. 'pj:kept:completed:' .. name, unpack(group))
    if turn == 0 or turn % 4 == 0 and count > 4 or group.most and group.most < ${EXACT_BELOW} then
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
    trimKept('completed', name, now, turn == 0 and age, most, total)
  end
end
`;

const LEAVING_LUA = `
if #ids > 0 then call('ZREMRANGEBYRANK', prioritizedKey, 0, #ids - 1) end
`;

/** The counter of positions may start again when no job waits, unless jobs in lines have positions from before. */
const RECOUNTING_LUA = `
if #hashes == 0 and wanted > 0 then
  ${RECOUNT_LUA}
  recount(pcKey)
end
`;

/** Starts the jobs; `text` is what the lock of one tells of its place. */
const startingLua = (text: string): string => `
local started = {}
for i, id in ipairs(ids) do
  local token, key = tokens[i], prefix .. id
  call('HSET', key, 'processedOn', now, 'ats', token, 'pb', holder)
  call('SET', key .. ':lock', owner .. ':' .. token .. ':' .. ${text}, 'PX', leaseMs)
  emit('active', 'jobId', id, 'prev', 'waiting')
  started[2 * i - 1], started[2 * i] = id, token
end
if #ids > 0 then call('LPUSH', activeKey, unpack(ids)) end
`;

const STARTING_LUA = startingLua('turns[i]');

/** Answers; announces that the queue has drained, as `tellDrained` does it. Then no job waits in `lines` either. */
const answerLua = (tellDrained: string, lines = ''): string => `
if count + #ids > 0 then
  call('HSET', answersKey, answerField, cmsgpack.pack({ sequence, started, #refused > 0 and refused or nil }))
end
if idle == '1' and #ids > 0 then
  -- This worker is no longer idle: what waits, or becomes due, needs another one.
  if nextAt == '' and call('EXISTS', waitingKey) == 1 then call('ZADD', prefix .. 'marker', 0, '0') end
  ${ANNOUNCE_LUA}
  announceDelayed()
elseif count > 0 and #ids == 0 and call('EXISTS', waitKey, activeKey, prioritizedKey${lines}) == 0 then
  ${tellDrained}
end
-- Numbers cost much to write as text.
local answer, size, parts = { 0, now, nextAt, #refused == 0 and '0' or #refused, unpack(refused) }, 4 + #refused, 7 + #refused
answer[size + 1], answer[size + 2], answer[size + 3], answer[size + 4] = '0', '0', '0', #ids
size = size + 4
for i, id in ipairs(ids) do
  local hash = hashes[i]
  local length = #hash == 14 and '14' or #hash
  answer[size + 1], answer[size + 2], answer[size + 3], answer[size + 4] = id, tokens[i], length, table.concat(hash, '\\0')
  size, parts = size + 4, parts + 3 + #hash
end
answer[1] = parts
return table.concat(answer, '\\0')
`;

const PLACE_PARTS: ScriptPart = {
  fifo: PLACES_LUA,
  ordered: `${ORDERED_HEAD_LUA}${placesLua("prioritizedKey, waitKey, own .. 'weighted'", ORDERED_PLAN_LUA)}local waitingKey = orderedKey`,
};
const LEAVE_PARTS: ScriptPart = {
  fifo: LEAVING_LUA + RECOUNTING_LUA,
  ordered: ORDERED_LEAVING_LUA,
};
const START_PARTS: ScriptPart = {
  fifo: STARTING_LUA,
  ordered: startingLua("turns[i] .. (tails[i] or tail) .. (ordinals[i] or '')"),
};

/**
 * Does the same as `exchangeScript` where that is little: records jobs of ours that completed under valid leases, and
 * hands out jobs of ours that wait. It has its own code since it runs for almost every job: it reads no hash of a job
 * that ended, and defines few functions. Each function, table and text costs Lua nearly as much as a command. Returns `whole`, and changes nothing, when there is
 * more to do: the queue is paused or limited as a whole, a job is due, a job of BullMQ's waits, or a lease is not held;
 * `limited` when names are, or were, limited, and `members` when jobs of the queue are, or were, in workflows.
 */
export const plainExchangeScript: Script<Words<typeof ARGUMENTS>, string> = defineScript(
  'PlainExchange',
  ARGUMENTS,
)`
${CLOCK_LUA}${leasesLua("if metaOf('pj:limited') then return 'limited' elseif metaOf('pj:flows') then return 'members' end")}
${PLACE_PARTS}${HASHES_LUA}${EMIT_PLAIN_LUA}${completingLua('')}${LEAVE_PARTS}${START_PARTS}${KEEPING_LUA}
${answerLua("emit('drained')")}
`;

/**
 * Does the same in a queue with workflows, for jobs that others wait for and that wait for none, such as the members of a
 * batch. Returns `whole` also when a job waited for others, or blocked jobs have to be released.
 */
export const memberExchangeScript: typeof plainExchangeScript = defineScript(
  'MemberExchange',
  ARGUMENTS,
)`
${CLOCK_LUA}${FLOW_LUA}${leasesLua("if metaOf('pj:limited') or not metaOf('pj:flows') then return 'whole' end")}
${PLACE_PARTS}${HASHES_LUA}${READ_MEMBERS_LUA}${EMIT_PLAIN_LUA}${completingLua(AWAITED_LUA)}${TELL_DEPENDANTS_LUA}
${LEAVE_PARTS}${START_PARTS}${KEEPING_LUA}
${answerLua(`${RELEASES_LUA}if not releasesSoon(now) then emit('drained') end`)}
`;

/**
 * Does the same in a queue with limited names, while only jobs of other names end and start. Serves no ordered queue.
 */
export const limitedExchangeScript: typeof plainExchangeScript = defineScript(
  'LimitedExchange',
  ARGUMENTS,
)`
${CLOCK_LUA}${leasesLua("if metaOf('pj:order') then return 'whole' elseif metaOf('pj:flows') then return 'members' end")}
${PLAIN_GATES_LUA}${PLACES_LUA}${HASHES_LUA}${PLAIN_NAMES_LUA}${EMIT_PLAIN_LUA}${completingLua('')}${LEAVING_LUA}${FILING_LUA}${STARTING_LUA}${KEEPING_LUA}
${answerLua("emit('drained')", ', openKey, shutKey')}
`;
