import type { ScheduleStore, TickEntry } from '@philjs/jobs-core/backend';
import { fromText, KEPT_TICKS, toText } from '@philjs/jobs-core/backend';
import { defineScript, type ScriptArgument } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** How many schedules that do not exist (not yet, or no longer) may have ledger entries. */
const MAX_STRAYS = 1000;

/**
 * The ledger of a schedule: a hash of its entries by tick, and a list of the ticks in the order in which they
 * were first written. `pj:ledger` holds the latest tick of each schedule.
 */
export const LEDGER_LUA: string = `
local function writtenOf(id) return prefix .. 'pj:written:' .. id end
local function detailsOf(id) return prefix .. 'pj:details:' .. id end
local function forget(id)
  call('DEL', writtenOf(id), detailsOf(id))
  call('ZREM', ledgerKey, id)
  call('ZREM', straysKey, id)
end

local function boundStrays(id)
  if call('HEXISTS', schedulesKey, id) == 1 then return end
  local known = call('ZREVRANGE', straysKey, 0, 0, 'WITHSCORES')
  call('ZADD', straysKey, 'NX', known[2] and tonumber(known[2]) + 1 or 1, id)
  if call('ZCARD', straysKey) <= ${MAX_STRAYS} then return end
  for _, stray in ipairs(call('ZRANGE', straysKey, 0, 99)) do
    call('ZREM', straysKey, stray)
    if call('HEXISTS', schedulesKey, stray) == 0 then return forget(stray) end
  end
end

local function latestOf(id)
  local latest
  for _, tick in ipairs(call('LRANGE', writtenOf(id), 0, -1)) do
    if not latest or tonumber(tick) > latest then latest = tonumber(tick) end
  end
  return latest
end

local function record(id, tick, detail, keep, known)
  if known and call('HEXISTS', detailsOf(id), tick) == 0 then return end
  if call('HSET', detailsOf(id), tick, detail) == 0 then return end
  local count = call('RPUSH', writtenOf(id), tick)
  local latest = tonumber(call('ZSCORE', ledgerKey, id) or tick)
  if tonumber(tick) >= latest then call('ZADD', ledgerKey, tick, id) end
  for _ = keep + 1, count do
    local old = call('LPOP', writtenOf(id))
    call('HDEL', detailsOf(id), old)
    if tonumber(old) == tonumber(call('ZSCORE', ledgerKey, id)) then call('ZADD', ledgerKey, string.format('%.0f', latestOf(id) or 0), id) end
  end
  boundStrays(id)
end
`;

/** Writes ledger entries (schedule, tick, detail each); if `known` only such as replace one. */
const recordTicksScript = defineScript('RecordTicks', 'keep known')`
${LEDGER_LUA}
for i = 1, restSize, 3 do record(rest(i), rest(i + 1), rest(i + 2), tonumber(keep), known == '1') end
return 1
`;

/** Reads the ledger of a schedule, or of all, latest first. Returns schedule, tick and detail of each entry. */
const readLedgerScript = defineScript('ReadLedger', 'id most')<
  [scheduleId: string, tick: string, detail: string][]
>`
local limit = tonumber(most)
local ids, least = { id }, -math.huge
if id == '' then
  -- The latest n entries of all belong to the n schedules with the latest ticks: reads only those schedules.
  ids = {}
  local latest = call('ZREVRANGE', ledgerKey, 0, limit - 1, 'WITHSCORES')
  for i = 1, #latest, 2 do ids[#ids + 1] = latest[i] end
  if #ids == limit then least = tonumber(latest[#latest]) end
end
local entries = {}
for _, schedule in ipairs(ids) do
  for _, tick in ipairs(call('LRANGE', prefix .. 'pj:written:' .. schedule, 0, -1)) do
    if tonumber(tick) >= least then entries[#entries + 1] = { schedule, tick, tonumber(tick) } end
  end
end
table.sort(entries, function(a, b) return a[3] > b[3] end)
local found = {}
for i = 1, math.min(limit, #entries) do
  found[i] = { entries[i][1], entries[i][2], call('HGET', prefix .. 'pj:details:' .. entries[i][1], entries[i][2]) }
end
return found
`;

/** Writes entries; see `ScheduleStore.record`. */
export async function recordTicks(
  store: QueueStore,
  { entries, keep = KEPT_TICKS, known }: Parameters<ScheduleStore['record']>[0],
): Promise<void> {
  if (entries.length === 0) return;
  const args = { keep, known: known ? 1 : 0 };
  await store.run(recordTicksScript, args, entries.flatMap(entryArguments));
}

/** Reads entries; see `ScheduleStore.history`. */
export async function readTicks(
  store: QueueStore,
  { id, limit }: Parameters<ScheduleStore['history']>[0],
): Promise<TickEntry[]> {
  const args = { id: id === undefined ? '' : toText(id), most: limit };
  const found = await store.run(readLedgerScript, args);
  return found.map(([scheduleId, tick, detail]) => ({
    scheduleId: fromText(scheduleId),
    tickAt: Number(tick),
    detail: JSON.parse(detail),
  }));
}

/** Writes an entry as arguments of a script. */
export function entryArguments({ scheduleId, tickAt, detail }: TickEntry): ScriptArgument[] {
  return [toText(scheduleId), tickAt, JSON.stringify(detail)];
}
