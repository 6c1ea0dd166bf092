import { defineScript, type Script } from './script.ts';

/** How long a worker is listed after it was last seen. */
export const FORGET_AFTER_MS = 35_000;

/** Notes that a worker lives. Arguments: its id, its description. */
export const seeWorkerScript: Script = defineScript(
  'SeeWorker',
  ['pj:workers', 'pj:seen'],
  `
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
call('HSET', workersKey, arg(1), arg(2))
call('ZADD', seenKey, now, arg(1))
for _, id in ipairs(call('ZRANGEBYSCORE', seenKey, '-inf', now - ${FORGET_AFTER_MS})) do
  call('HDEL', workersKey, id)
  call('ZREM', seenKey, id)
end
return 1
`,
);

/** Forgets a worker, and wakes another for what it may have left. Arguments: its id. */
export const forgetWorkerScript: Script = defineScript(
  'ForgetWorker',
  ['pj:workers', 'pj:seen', 'marker', 'meta', 'wait', 'prioritized'],
  `
call('HDEL', workersKey, arg(1))
call('ZREM', seenKey, arg(1))
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
