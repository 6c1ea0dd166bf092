import { READY_LUA } from '../script/ready-lua.ts';
import { defineScript, PERMIT_LUA } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { NOTE_LIMITED_LUA } from './lines-lua.ts';

/** Counts the starts of a name from now on, also where it has no concurrency limit yet. Returns how many jobs are active. */
const countStartsScript = defineScript('CountStarts', 'name')`
local text = call('HGET', limitsKey, name) or ',,,,0'
local most, mostOfKey, rest = string.match(text, '^([^,]*),([^,]*)(.*)$')
-- No limit reaches this.
if most == '' then most = '1000000000' end
if mostOfKey == '' then mostOfKey = '1000000000' end
${PERMIT_LUA}call('HSET', limitsKey, name, most .. ',' .. mostOfKey .. rest)
${NOTE_LIMITED_LUA}
return call('LLEN', activeKey)
`;

const IS_ACTIVE_LUA = `
-- An active job has a lock, unless its worker was lost: then it takes a search to find it.
local function isActive(id)
  return call('EXISTS', prefix .. id .. ':lock') == 1 or call('LPOS', activeKey, id)
end
`;

/** Counts those of some jobs that are active and have a name, as they may have started before it was limited. */
const countActiveScript = defineScript('CountActive', 'name')`
${READY_LUA}${IS_ACTIVE_LUA}
${PERMIT_LUA}for i = 1, restSize do
  local id = rest(i)
  local job = call('HMGET', prefix .. id, 'name', 'pj:ck', 'pj:rk')
  if job[1] == name and isActive(id) then
    call('SADD', slotsOf(name), slotOf(id, job[2]))
    if job[2] then call('SADD', keySlotsOf(lineOf(name, job[2], job[3])), id) end
  end
end
return restSize
`;

/**
 * Frees the slots, of names and their keys, of jobs that are no longer active or have another key, about 200 of each name: raw
 * BullMQ workers do not free them. Returns the names of which there are more, each with the cursor for the next call. The first
 * call of a name also drops, of a sample of its parked jobs, the ids of those that BullMQ removed.
 */
const mendSlotsScript = defineScript('MendSlots', 'cursor')<string[][]>`
${READY_LUA}${IS_ACTIVE_LUA}
if restoreMeta() then return 'ordered' end
local more = {}
for i = 1, restSize do
local name = rest(i)
local found, gone = call('SSCAN', slotsOf(name), cursor, 'COUNT', 200), {}
for _, slot in ipairs(found[2]) do
  local id, ck = string.match(slot, '^(%Z*)%z(.*)$')
  id = id or slot
  -- It may have got its key when it was handed out: then another slot holds that.
  if not isActive(id) or (call('HGET', prefix .. id, 'pj:ck') or nil) ~= ck then gone[#gone + 1] = { slot = slot, id = id, ck = ck } end
end
for _, each in ipairs(gone) do
  call('SREM', slotsOf(name), each.slot)
  reopen('c' .. name)
  if each.ck and call('SREM', keySlotsOf(lineOf(name, each.ck)), each.id) == 1 then reopen('k' .. sized(name) .. each.ck) end
end
for _, key in ipairs(cursor == '0' and { parkedOf(name), keyedOf(name), isOrdered and orderedKey or nil } or {}) do
  for _, id in ipairs(call('ZRANDMEMBER', key, math.min(50, math.ceil(500 / restSize)))) do
    if call('EXISTS', prefix .. id) == 0 then dropParked(key, name, id) end
  end
end
if found[1] ~= '0' then more[#more + 1] = { name, found[1] } end
end
return more
`;

/** How many jobs one script looks at, and how many names. */
const [SLICE, NAMES] = [500, 100];

/** Frees the slots, of all names and their keys, of jobs that are no longer active. Returns the names that have limits. */
export async function mendSlots(store: QueueStore): Promise<readonly string[]> {
  const names = await store.link.run((client) => client.hkeys(store.key('pj:limits')));
  await mendSlotsOf(store, names);
  return names;
}

/**
 * Counts the active jobs of a name in slices, before a limit of theirs is stored: they may have started before the name
 * was limited. What starts meanwhile is counted when it starts.
 */
export async function countActive(store: QueueStore, name: string): Promise<void> {
  const active = await store.run(countStartsScript, { name });
  await mendSlotsOf(store, [name]);
  if (active === 0) return;
  const ids = await store.link.run((client) => client.lrange(store.key('active'), 0, -1));
  for (let from = 0; from < ids.length; from += SLICE) {
    await store.run(countActiveScript, { name }, ids.slice(from, from + SLICE));
  }
}

async function mendSlotsOf(store: QueueStore, names: string[], cursor = '0'): Promise<void> {
  for (let from = 0; from < names.length; from += NAMES) {
    const more = await store.run(mendSlotsScript, { cursor }, names.slice(from, from + NAMES));
    for (const [name = '', at] of more) await mendSlotsOf(store, [name], at);
  }
}
