-- Makes jobs ready. Jobs of ours are in BullMQ's prioritised set, whose score (here: position, `turn`) is
-- priority · 2³² + a counter. Jobs of limited names are in lines of our own, in the same order. In an ordered queue, all
-- jobs are.

local CLASS = 4294967296
local function storedPriority(priority)
  return priority and priority > 0 and priority or 1048576
end

-- wake sets the marker that wakes one idle worker, once a script; "stirred" notes that it was wanted.
local awake, stirred = false, false
local function wake()
  stirred = true
  if awake or metaOf('paused') then return end
  awake = true
  call('ZADD', markerKey, 0, '0')
end
