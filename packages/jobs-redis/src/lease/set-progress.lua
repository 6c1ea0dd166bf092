local jobKey = prefix .. id
if call('HGET', jobKey, 'ats') ~= token or call('EXISTS', jobKey .. ':lock') == 0 then return 0 end
call('HSET', jobKey, 'progress', progress)
emit('progress', 'jobId', id, 'data', progress)
return 1
