import type { ScheduleStore, TickEntry } from '@philjs/jobs-core/backend';
import { KEPT_TICKS } from '@philjs/jobs-core/backend';
import { fromText, toText } from '@philjs/jobs-core/internal';
import { luaSource } from '../script/lua-source.ts';
import { defineScript, type ScriptArgument } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** Writes the ledger of a schedule, and forgets it. */
export const LEDGER: string = luaSource(new URL('./ledger.lua', import.meta.url));

/** Writes ledger entries (schedule, tick, detail each); if `known` only such as replace one. */
const recordTicksScript = defineScript('RecordTicks', 'keep known')(
  LEDGER,
  luaSource(new URL('./record-ticks.lua', import.meta.url)),
);

/** Reads the ledger of a schedule, or of all, latest first. Returns schedule, tick and detail of each entry. */
const readLedgerScript = defineScript(
  'ReadLedger',
  'id most',
)<[scheduleId: string, tick: string, detail: string][]>(
  luaSource(new URL('./read-ledger.lua', import.meta.url)),
);

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
