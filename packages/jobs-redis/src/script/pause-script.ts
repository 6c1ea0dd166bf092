import { ANNOUNCE_LUA, EMIT_LUA, READY_LUA } from './ready-lua.ts';
import { defineScript, type Script } from './script.ts';

/** How many jobs one call takes over from the list of a paused queue. */
const MOST_MOVED = 2000;

/** Pauses (`1`) or resumes (`0`) the queue as BullMQ does. Returns whether it is to run again. */
export const pauseScript: Script<'paused'> = defineScript('Pause', 'paused')`
${READY_LUA}${EMIT_LUA}${ANNOUNCE_LUA}
local pause = paused == '1'
if (call('HEXISTS', metaKey, 'paused') == 1) == pause then return 0 end
if pause then
  call('HSET', metaKey, 'paused', 1)
  call('DEL', markerKey)
  emit('paused')
  return 0
end
-- Deletes first: a server out of memory permits a delete, and then the rest of the script.
call('DEL', markerKey)
-- BullMQ before version 5 keeps the waiting jobs of a paused queue in this list.
for _ = 1, ${MOST_MOVED} do
  if not call('RPOPLPUSH', pausedKey, waitKey) then break end
end
if call('EXISTS', pausedKey) == 1 then return 1 end
call('HDEL', metaKey, 'paused')
if call('EXISTS', waitKey, prioritizedKey, openKey) > 0 then
  call('ZADD', markerKey, 0, '0')
else
  announceDelayed()
end
emit('resumed')
return 0
`;
