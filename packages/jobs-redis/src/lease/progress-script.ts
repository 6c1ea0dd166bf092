import { EMIT_LUA } from '../script/ready-lua.ts';
import { defineScript, type Script } from '../script/script.ts';

/** Stores the progress a handler reported if its lease is held; returns whether it was. */
export const setProgressScript: Script<'id' | 'token' | 'progress'> = defineScript(
  'SetProgress',
  'id token progress',
)`
${EMIT_LUA}
local jobKey = prefix .. id
if call('HGET', jobKey, 'ats') ~= token or call('EXISTS', jobKey .. ':lock') == 0 then return 0 end
call('HSET', jobKey, 'progress', progress)
emit('progress', 'jobId', id, 'data', progress)
return 1
`;
