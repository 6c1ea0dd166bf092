local jobKey = prefix .. id
local job = call('HMGET', jobKey, 'ats', 'pj:steps')
if job[1] ~= token or call('EXISTS', jobKey .. ':lock') == 0 then return 0 end
keepStep(jobKey, job[2], field, text)
return 1
