-- Stores what a step of a job left. The first entry of a job removes those of another one of its id: BullMQ's tools remove a
-- job without them.
local function keepStep(jobKey, isKnown, field, text)
  if not isKnown then
    call('UNLINK', jobKey .. ':pj:steps')
    call('HSET', jobKey, 'pj:steps', 1)
    if not metaOf('pj:steps') then call('HSET', metaKey, 'pj:steps', 1) end
  end
  call('HSET', jobKey .. ':pj:steps', field, text)
end
