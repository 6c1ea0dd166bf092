-- Returns the next position among the jobs of a priority. BullMQ resets its counter when nothing is waiting, so
-- a job that enters a line must stay behind those already in it; of many such jobs, only the first checks.
local looked = {}
local function turnOf(priority, parked)
  local turn = call('INCR', pcKey) % CLASS
  if parked and not looked[parked .. priority] then
    looked[parked .. priority] = true
    local last = call('ZREVRANGEBYSCORE', parked, (priority + 1) * CLASS - 1, priority * CLASS, 'WITHSCORES', 'LIMIT', 0, 1)
    local lastTurn = last[2] and tonumber(last[2]) - priority * CLASS
    if lastTurn and lastTurn >= turn then
      turn = lastTurn + 1
      call('SET', pcKey, turn)
    end
  end
  return priority * CLASS + turn
end

-- Makes a job ready: last of its priority, with ahead = true first of it, with a number at that position. Puts it into
-- its line if its name is limited; "line" saves looking it up.
local function makeReady(id, name, priority, ahead, line)
  local turn = type(ahead) == 'number' and ahead or ahead and priority * CLASS
  if limitOf(name) then
    line = line or lineOfJob(id, name)
    park(id, line, turn or turnOf(priority, jobsOf(line)))
  else
    call('ZADD', prioritizedKey, turn or turnOf(priority), id)
    wake()
  end
end
