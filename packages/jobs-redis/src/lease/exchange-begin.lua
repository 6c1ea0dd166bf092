leaseMs = tonumber(leaseMs)
local postponed, stalled = {}, {}
