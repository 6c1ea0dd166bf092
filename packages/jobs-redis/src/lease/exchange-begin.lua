leaseMs = tonumber(leaseMs)
local postponed, stalled = {}, {}

-- Reads fields of a job. What is no hash is no job, and has none.
local function fieldsOf(id, ...)
  local job = redis.pcall('HMGET', prefix .. id, ...)
  if not job.err then return job end
  return string.find(job.err, 'WRONGTYPE', 1, true) and {} or call('HMGET', prefix .. id, ...)
end
