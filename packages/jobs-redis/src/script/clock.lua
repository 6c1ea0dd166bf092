-- Reads the server's clock: `now`, in milliseconds, and `time`, as the server returns it.

local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
