local seenAt = tonumber(call('ZSCORE', seenKey, worker) or 0)
if seenAt <= now - aliveMs then return 0 end
call('HSET', askedKey, worker, request)
return 1
