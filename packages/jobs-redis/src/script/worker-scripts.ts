import { defineScript, type Script } from './script.ts';

/** How long a worker is listed after it was last seen. */
export const FORGET_AFTER_MS = 35_000;

/** Tells by the server's clock what time it is, and forgets workers. */
const FORGET_LUA = `
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function forget(id)
  call('HDEL', workersKey, id)
  call('ZREM', seenKey, id)
  call('HDEL', answersKey, id .. ':0', id .. ':1')
end
`;

/** Notes that a worker lives, and forgets those that were not seen for long. */
export const seeWorkerScript: Script<'worker' | 'description'> = defineScript(
  'SeeWorker',
  ['pj:workers', 'pj:seen', 'pj:answers'],
  ['worker', 'description'],
  FORGET_LUA,
  `
for _, id in ipairs(call('ZRANGEBYSCORE', seenKey, '-inf', now - ${FORGET_AFTER_MS})) do forget(id) end
-- Removed first: a server that is full permits that, and then the rest.
call('ZREM', seenKey, worker)
call('ZADD', seenKey, now, worker)
call('HSET', workersKey, worker, description)
return 1
`,
);

/** Forgets a worker, and wakes another for what it may have left. */
export const forgetWorkerScript: Script<'worker'> = defineScript(
  'ForgetWorker',
  ['pj:workers', 'pj:seen', 'pj:answers', 'marker', 'meta', 'wait', 'prioritized'],
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

/** Lists the workers seen of late, oldest first. Answers description and when seen, alternating. */
export const listWorkersScript: Script = defineScript(
  'ListWorkers',
  ['pj:workers', 'pj:seen'],
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
