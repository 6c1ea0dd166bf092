for _, id in ipairs(call('ZRANGEBYSCORE', seenKey, '-inf', now - aliveMs)) do forget(id) end
-- Removes first: a server out of memory permits that, and then the rest of the script.
call('ZREM', seenKey, worker)
call('ZADD', seenKey, now, worker)
call('HSET', workersKey, worker, description)
return call('HGET', askedKey, worker) or ''
