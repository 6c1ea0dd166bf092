import { defineScript, type Script } from './script.ts';

/** How long a worker is listed after it was last seen. */
export const FORGET_AFTER_MS = 35_000;

/** Reads the time from the server's clock, and forgets workers without a recent heartbeat. */
const FORGET_LUA = `
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function forget(id)
  call('HDEL', workersKey, id)
  call('ZREM', seenKey, id)
  call('HDEL', answersKey, id .. ':0', id .. ':1')
end
`;

/** Stores the heartbeat of a worker, and forgets workers without a recent one. */
export const seeWorkerScript: Script<'worker' | 'description'> = defineScript(
  'SeeWorker',
  ['worker', 'description'],
  FORGET_LUA,
  `
for _, id in ipairs(call('ZRANGEBYSCORE', seenKey, '-inf', now - ${FORGET_AFTER_MS})) do forget(id) end
-- Removes first: a server out of memory permits that, and then the rest of the script.
call('ZREM', seenKey, worker)
call('ZADD', seenKey, now, worker)
call('HSET', workersKey, worker, description)
return 1
`,
);

/** Forgets a worker, and wakes another for jobs it may have left. */
export const forgetWorkerScript: Script<'worker'> = defineScript(
  'ForgetWorker',
  ['worker'],
  FORGET_LUA,
  `
forget(worker)
if call('HEXISTS', metaKey, 'paused') == 0 and call('LLEN', waitKey) + call('ZCARD', prioritizedKey) > 0 then
  call('ZADD', markerKey, 0, '0')
end
return 1
`,
);

/** Lists the workers with a recent heartbeat, oldest first. Returns description and when seen, alternating. */
export const listWorkersScript: Script<never, string[]> = defineScript(
  'ListWorkers',
  [],
  `
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local seen = call('ZRANGEBYSCORE', seenKey, '(' .. (now - ${FORGET_AFTER_MS}), '+inf', 'WITHSCORES')
local found = {}
for i = 1, #seen, 2 do
  local worker = call('HGET', workersKey, seen[i])
  if worker then
    found[#found + 1] = worker
    found[#found + 1] = seen[i + 1]
  end
end
return found
`,
);
