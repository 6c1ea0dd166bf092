if call('HDEL', schedulesKey, id) == 0 then return 0 end
call('ZREM', scheduleIdsKey, id)
call('ZREM', dueKey, id)
call('DEL', prefix .. 'pj:runs:' .. id)
forget(id)
call('PUBLISH', watchKey, id)
return 1
