import { luaSource } from '../script/lua-source.ts';
import { NOTE_LIMITED, READY } from '../script/parts.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** Counts the starts of a name from now on, also where it has no concurrency limit yet. Returns how many jobs are active. */
const countStartsScript = defineScript('CountStarts', 'name')(
  NOTE_LIMITED,
  luaSource(new URL('./count-starts.lua', import.meta.url)),
);

/** Says whether a job is active. */
const IS_ACTIVE = luaSource(new URL('./is-active.lua', import.meta.url));

/** Counts those of some jobs that are active and have a name, as they may have started before it was limited. */
const countActiveScript = defineScript('CountActive', 'name')(
  READY,
  IS_ACTIVE,
  luaSource(new URL('./count-active.lua', import.meta.url)),
);

/**
 * Frees the slots, of names and their keys, of jobs that are no longer active or have another key, about 200 of each name: raw
 * BullMQ workers do not free them. Returns the names of which there are more, each with the cursor for the next call. The first
 * call of a name also drops, of a sample of its parked jobs, the ids of those that BullMQ removed.
 */
const mendSlotsScript = defineScript('MendSlots', 'cursor')<string[][]>(
  READY,
  IS_ACTIVE,
  luaSource(new URL('./mend-slots.lua', import.meta.url)),
);

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
