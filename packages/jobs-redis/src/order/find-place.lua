-- More jobs ahead are not counted.
local MOST_COUNTED = 1000
local name = call('HGET', prefix .. id, 'name')
local state, key = stateOf(id, name)
if state ~= 'waiting' then return {} end
-- The next job of a list of BullMQ's is at the right.
if key == waitKey or key == pausedKey then
  local index = call('LPOS', key, id, 'RANK', -1, 'MAXLEN', MOST_COUNTED)
  return { index and call('LLEN', key) - 1 - index or MOST_COUNTED, -1 }
end
