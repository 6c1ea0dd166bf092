import type { QueueStore } from '../store/queue-store.ts';
import { countActiveScript, countStartsScript, mendSlotsScript } from './slots-scripts.ts';

/** How many jobs one script looks at. */
const SLICE = 500;

/** Frees the slots, of all names and their keys, of jobs that are no longer active. Returns the names that have limits. */
export async function mendSlots(store: QueueStore): Promise<readonly string[]> {
  const names = await store.link.run((client) => client.hkeys(store.key('pj:limits')));
  for (const name of names) await mendSlotsOf(store, name);
  return names;
}

/**
 * Counts the active jobs of a name in slices, before a limit of theirs is stored: they may have started before the name
 * was limited. What starts meanwhile is counted when it starts.
 */
export async function countActive(store: QueueStore, name: string): Promise<void> {
  const active = await store.run(countStartsScript, { name });
  await mendSlotsOf(store, name);
  if (active === 0) return;
  const ids = await store.link.run((client) => client.lrange(store.key('active'), 0, -1));
  for (let from = 0; from < ids.length; from += SLICE) {
    await store.run(countActiveScript, { name }, ids.slice(from, from + SLICE));
  }
}

async function mendSlotsOf(store: QueueStore, name: string): Promise<void> {
  let cursor = '0';
  do cursor = await store.run(mendSlotsScript, { name, cursor });
  while (cursor !== '0');
}
