if call('HEXISTS', metaKey, 'pj:flows') == 0 and call('EXISTS', prefix .. 'pj:blocked', prefix .. 'pj:staging') == 0 then return { 0, {} } end
-- Deletes nothing: a server out of memory permits that, and then the rest of the script.
call('HDEL', metaKey, '')
if tonumber(everyMs) > 0 and not call('SET', prefix .. 'pj:tended', now, 'NX', 'PX', everyMs) then return { 0, {} } end
call('HSET', metaKey, 'pj:flows', 1)
return { 1, call('ZRANGEBYSCORE', prefix .. 'pj:staging', '-inf', now, 'WITHSCORES') }
