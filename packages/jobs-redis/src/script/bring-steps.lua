-- Stores what the steps of a new job have left already, beside the job: a list of pairs of field and text, as JSON.
local function bringSteps(jobKey, pairsText)
  if pairsText == '' then return end
  for _, entry in ipairs(cjson.decode(pairsText)) do call('HSET', jobKey .. ':pj:steps', entry[1], entry[2]) end
  call('HSET', jobKey, 'pj:steps', 1)
  if not metaOf('pj:steps') then call('HSET', metaKey, 'pj:steps', 1) end
end

local function forgetSteps(jobKey)
  if call('HDEL', jobKey, 'pj:steps') == 1 then call('UNLINK', jobKey .. ':pj:steps') end
end
