-- Returns when the lock of an active job ends, by the server's clock: 0 if it has.
local function lockEnd(id)
  local left = call('PTTL', prefix .. id .. ':lock')
  if left == -2 then return 0 end
  local time = call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000) + left
end
