import { luaSource } from '../script/lua-source.ts';
import { READY } from '../script/parts.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/**
 * Rechecks the shut lines of a name after a change, about a hundred a call. Returns the cursor for the next call, \`0\` at
 * the end: then it is noted that the lines have been rechecked, unless the limits have changed again.
 */
const reopenLinesScript = defineScript('ReopenLines', 'name change cursor')<string>(
  READY,
  luaSource(new URL('./reopen-lines.lua', import.meta.url)),
);

/** Rechecks the shut lines of names whose limits changed, also where the process that changed them died before. */
export async function reopenLines(store: QueueStore): Promise<void> {
  const changed = await store.link.run((client) => client.hgetall(store.key('pj:reopening')));
  for (const [name, change] of Object.entries(changed)) {
    let cursor = '0';
    do cursor = await store.run(reopenLinesScript, { name, change, cursor });
    while (cursor !== '0');
  }
}
