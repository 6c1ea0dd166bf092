local jobKey = prefix .. id
local job = call('HMGET', jobKey, 'name', 'finishedOn', 'pj:snooze', 'priority', 'pj:steps')
if not job[1] then return 'not-found' end
if job[2] then return 'ended' end
keepStep(jobKey, job[5], field, text)
if job[3] == 'signal' and call('ZREM', delayedKey, id) == 1 then
  call('HSET', jobKey, 'delay', 0, 'pj:runAt', now)
  if isOrdered then call('HDEL', jobKey, 'pj:arrived') end
  makeReady(id, job[1], storedPriority(tonumber(job[4])))
  emit('waiting', 'jobId', id, 'prev', 'delayed')
end
return 'stored'
