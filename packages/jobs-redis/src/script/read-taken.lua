-- Reads, by a command, the hash of a job that was taken out of its place. What is no hash is no job. Where the server refuses
-- it for another reason, the job goes into BullMQ's list: this exchange does without it, and the next one tries again.
local function readHash(command, id, ...)
  local hash = redis.pcall(command, prefix .. id, ...)
  if not hash.err then return hash end
  if not string.find(hash.err, 'WRONGTYPE', 1, true) then call('RPUSH', waitKey, id) end
  return {}
end
