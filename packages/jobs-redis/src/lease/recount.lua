-- Lets the positions of a queue begin again, once no job is waiting in it.

-- Deletes the counter of positions, and others. An active job takes its position back if it is put back unstarted. A queue
-- that is never idle has no more positions than 1073741824.
local function recount(counter, ...)
  if call('EXISTS', activeKey) == 0 or (tonumber(call('GET', counter)) or 0) > 1073741824 then call('DEL', counter, ...) end
end
