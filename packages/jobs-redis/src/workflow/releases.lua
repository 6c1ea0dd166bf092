-- Returns whether the next exchange readies a job that this script listed, or hands it out to fail, so that the queue
-- has not drained yet. One that only becomes delayed does not count. Needs flow.lua.

local function releasesSoon(now)
  for _, id in ipairs(flow.listed or {}) do
    local job = call('HMGET', prefix .. id, 'pj:at', 'pj:doom')
    if (tonumber(job[1]) or 0) <= now or (tonumber(job[2]) or 0) > 0 then return true end
  end
  return false
end
