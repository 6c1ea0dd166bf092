-- Takes jobs out of a line of a queue that is first in, first out.

-- Takes the first jobs of a line: as many as may start and come before the first job of the line behind it.
local function takeFrom(line, most)
  local count = math.min(most, line.free)
  if line.behind and count > 1 then count = math.max(1, math.min(count, call('ZCOUNT', jobsOf(line), '-inf', '(' .. string.format('%.0f', line.behind)))) end
  local taken = call('ZPOPMIN', jobsOf(line), count)
  if line.ck or line.rk then
    for i = 1, #taken, 2 do call('ZREM', keyedOf(line.name), taken[i]) end
  end
  settle(line)
  return taken
end
