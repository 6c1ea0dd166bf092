import type { JobUpdate, UpdateStore } from '@philjs/jobs-core/backend';
import { storedIds } from '../keys/job-id.ts';
import { keyArgument } from '../record/job-arguments.ts';
import { parseOptions } from '../record/job-hash.ts';
import { updatedOptions } from '../record/job-options.ts';
import { encodeOrder } from '../record/order-text.ts';
import { toStoredPriority } from '../record/priority.ts';
import { encodePayload } from '../record/stored-json.ts';
import { DELAY_LUA, EMIT_LUA, READY_LUA } from '../script/ready-lua.ts';
import { CLOCK_LUA, defineScript } from '../script/script.ts';
import { STATE_LUA } from '../script/state-lua.ts';
import type { QueueStore } from './queue-store.ts';

const ARGUMENTS = 'once id before after data version ck rk order newPriority runAt delay isNote';

/**
 * Changes a waiting or delayed job; if only its metadata changes, a job in any state but active.
 * Without a priority as stored or a time to start it leaves these. With a payload come its version, the keys of limits
 * (`=` and the key, or an empty text for none), and perhaps what orders sort it by, after `=`; of these a job that BullMQ added
 * takes only the version. A waiting job that has other keys then stands in the line of those, at its position. Returns whether it changed the job; −1 when the options have changed meanwhile.
 */
const updateJobScript = defineScript('UpdateJob', ARGUMENTS)`
${CLOCK_LUA}${EMIT_LUA}${READY_LUA}${DELAY_LUA}${STATE_LUA}
local priority, runAt = tonumber(newPriority), delay == '' and tonumber(runAt) or tonumber(delay) and now + delay
local jobKey = prefix .. id
local job = call('HMGET', jobKey, 'name', 'priority', 'opts', 'pj:keep')
local name = job[1]
if not name then return 0 end
local state, key = stateOf(id, name)
if not state or state == 'active' then return 0 end
local waits = state == 'waiting' or state == 'delayed'
if not waits and isNote == '0' then return 0 end
if (job[3] or '') ~= before then return -1 end
local class = priority or storedPriority(tonumber(job[2]))
local rekeys = data ~= '' and job[4]

-- Returns the position of a waiting job that is in the lines of an order, or in the line of a limited name.
local function lineTurnOf(id, name)
  local turn = isOrdered and call('ZSCORE', orderedKey, id) or not isOrdered and limitOf(name) and call('ZSCORE', jobsOf(lineOfJob(id, name)), id)
  return turn and tonumber(turn)
end

local function setField(field, text)
  if text then call('HSET', jobKey, field, text) else call('HDEL', jobKey, field) end
end

local function rewrite()
  local moves = runAt or priority and state == 'waiting'
  -- Its line is the one of the keys it has so far. A job in no line of ours stays where it is.
  local turn = not moves and rekeys and state == 'waiting' and lineTurnOf(id, name)
  if moves or turn then takeOut(id, name, state, key) end
  if before ~= after then call('HSET', jobKey, 'opts', after) end
  if data ~= '' then call('HSET', jobKey, 'data', data, 'pj:version', version) end
  if rekeys then
    setField('pj:ck', ck ~= '' and string.sub(ck, 2))
    setField('pj:rk', rk ~= '' and string.sub(rk, 2))
    if order ~= '' then setField('pj:order', order ~= '=' and string.sub(order, 2)) end
  end
  if priority then call('HSET', jobKey, 'priority', string.format('%.0f', priority)) end
  if runAt then
    if isOrdered then call('HDEL', jobKey, 'pj:arrived') end
    local at = math.max(runAt, now)
    call('HSET', jobKey, 'delay', string.format('%.0f', at - now), 'pj:runAt', string.format('%.0f', at))
  end
  if runAt and runAt > now then
    makeDelayed(id, now, runAt - now)
    emit('delayed', 'jobId', id, 'delay', string.format('%.0f', runAt))
  elseif moves or turn then
    makeReady(id, name, class, turn)
    if state == 'delayed' then emit('waiting', 'jobId', id, 'prev', 'delayed') end
  end
end
if isOrdered then keepTurns(rewrite) else rewrite() end
return 1
`;

/** How many jobs are changed at once. */
const AT_ONCE = 50;
/** How many times a change is tried when another change came in between: of those that come at once, each try makes one. */
const TRIES = 1000;

/** Changes stored jobs; see `UpdateStore`. */
export async function updateJobs(
  store: QueueStore,
  { ids, changes }: Parameters<UpdateStore['update']>[0],
): Promise<number> {
  const stored = [...new Set(ids)].flatMap(storedIds);
  let changed = 0;
  for (let from = 0; from < stored.length; from += AT_ONCE) {
    const batch = stored.slice(from, from + AT_ONCE);
    const answers = await Promise.all(batch.map((id) => updateJob(store, id, changes)));
    changed += answers.filter((answer) => answer).length;
  }
  return changed;
}

/** Options are JSON that users wrote in part, so they are written here and compared by the script. */
async function updateJob(store: QueueStore, id: string, changes: JobUpdate): Promise<boolean> {
  const { link, key } = store;
  const wanted = changeArguments(changes);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = (await link.run((client) => client.hget(key(id), 'opts'))) ?? '';
    const after = updatedOptions(before, parseOptions(before || '{}'), changes);
    const answer = await store.run(updateJobScript, { id, before, after, ...wanted });
    if (answer !== -1) return answer === 1;
  }
  return false;
}

function changeArguments({ metadata, ...changes }: JobUpdate) {
  const { payload, priority, runAt, delayMs } = changes;
  const isNote = Object.values(changes).every((value) => value === undefined);
  return {
    data: payload === undefined ? '' : encodePayload(payload.value),
    version: payload?.version ?? '',
    ck: keyArgument(payload?.concurrencyKey),
    rk: keyArgument(payload?.rateKey),
    order: payload?.order === undefined ? '' : `=${encodeOrder(payload.order)}`,
    newPriority: priority === undefined ? '' : toStoredPriority(priority),
    runAt: runAt === undefined ? '' : Math.ceil(runAt),
    delay: delayMs ?? '',
    isNote: isNote ? '1' : '0',
  };
}
