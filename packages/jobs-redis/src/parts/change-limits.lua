if (call('HGET', limitFactsKey, name) or '') ~= before then return 0 end
-- Deletes nothing: a server out of memory permits that, and then the rest of the script.
call('HDEL', metaKey, '')
call('HSET', limitFactsKey, name, after)
call('HSET', limitsKey, name, effective)
call('HSET', reopeningKey, name, after)
noteLimited()
return 1
