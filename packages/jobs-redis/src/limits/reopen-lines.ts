import { READY_LUA } from '../script/ready-lua.ts';
import { defineScript, PERMIT_LUA } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

/**
 * Rechecks the shut lines of a name after a change, about a hundred a call. Returns the cursor for the next call, \`0\` at
 * the end: then it is noted that the lines have been rechecked, unless the limits have changed again.
 */
const reopenLinesScript = defineScript('ReopenLines', 'name change cursor')<string>`
${READY_LUA}
${PERMIT_LUA}local found = call('HSCAN', shutKey, cursor, 'COUNT', 300)
for i = 1, #found[2], 2 do
  local line = parseLine(found[2][i])
  if line.name == name then
    openShut(line, found[2][i + 1])
  end
end
wake()
if found[1] == '0' and call('HGET', reopeningKey, name) == change then call('HDEL', reopeningKey, name) end
return found[1]
`;

/** Rechecks the shut lines of names whose limits changed, also where the process that changed them died before. */
export async function reopenLines(store: QueueStore): Promise<void> {
  const changed = await store.link.run((client) => client.hgetall(store.key('pj:reopening')));
  for (const [name, change] of Object.entries(changed)) {
    let cursor = '0';
    do cursor = await store.run(reopenLinesScript, { name, change, cursor });
    while (cursor !== '0');
  }
}
