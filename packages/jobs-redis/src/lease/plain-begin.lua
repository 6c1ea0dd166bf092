-- Does the same as `exchange.lua` where that is little: records jobs of ours that completed under valid leases, and hands
-- out jobs of ours that wait. It has its own code since it runs for almost every job: it reads no hash of a job that
-- ended, and defines few functions. Each function, table and text costs Lua nearly as much as a command.
leaseMs, wanted = tonumber(leaseMs), tonumber(wanted)
if limitsLife ~= '' and metaOf('pj:limits-life') ~= limitsLife then return 'lost' end
if metaOf('paused') or metaOf('concurrency') or metaOf('max') then return 'whole' end
-- A worker that may hold what it does not know continues under another holder name, with a suffix; the owner stays.
local owner = string.find(holder, '~', 1, true) and string.gsub(holder, '~%d+$', '') or holder

local locks, count = {}, 0
for first = 1, restSize, 6 do
  count = count + 1
  locks[count] = prefix .. ARGV[OFFSET + first] .. ':lock'
end
local held = count > 0 and call('MGET', unpack(locks)) or {}
for i = 1, count do
  local token = ARGV[OFFSET + (i - 1) * 6 + 2]
  if not held[i] or string.find(held[i], owner .. ':' .. token .. ':', 1, true) ~= 1 then return 'whole' end
end
-- The ids of the jobs to start and their positions; when the next delayed job is due.
local ids, turns, hashes, started, nextAt, due = {}, {}, {}, {}, '', nil
