-- Delays a job until its time, in BullMQ's order of delayed jobs.

-- The low 12 bits of the score keep jobs of the same millisecond in the order in which they were delayed.
local function holdBack(id, now, delay)
  local first = (now + delay) * 4096
  local last = call('ZREVRANGEBYSCORE', delayedKey, first + 4095, first, 'WITHSCORES', 'LIMIT', 0, 1)
  local score = last[2] and math.min(tonumber(last[2]) + 1, first + 4095) or first
  call('ZADD', delayedKey, score, id)
end

local function makeDelayed(id, now, delay)
  holdBack(id, now, delay)
  announceDelayed()
end
