-- Chooses the jobs to start first in, first out. Serves a queue with limited names while it deals with jobs of others only.
if metaOf('pj:order') then return 'ordered' end
-- `seen` is for the last name that was asked for, since most jobs have that of the one before. `shut` is a line to file.
local limited, shut, seen = metaOf('pj:limited')
local isLimited = limited and function(name)
  if limited == '1' then return call('HEXISTS', limitsKey, name) == 1 end
  return string.find(limited, '\0' .. name .. '\0', 1, true)
end
for i = 1, limited and count or 0 do
  local shape = ARGV[OFFSET + i * 6]
  if shape ~= seen and isLimited(string.sub(shape, string.find(shape, ' ', 1, true) + 1)) then return 'whole' end
  seen = shape
end
seen = nil

local waitingKey, isOrdered = prioritizedKey, false
if wanted > 0 then
  -- What needs the whole script: of the delayed jobs, only those that are due.
  local others = limited and call('EXISTS', delayedKey, prefix .. 'wait', openKey, openingsKey) or call('EXISTS', delayedKey, prefix .. 'wait')
  -- Of the lines, some are filed by time or believed open. The whole script is due where one may start a job.
  local opening = limited and others > 0 and tonumber(call('ZRANGE', openingsKey, 0, 0, 'WITHSCORES')[2])
  if opening and opening <= now then return 'whole' end
  others = others - (opening and 1 or 0)
  local open = limited and others > 0 and call('ZRANGE', openKey, 0, 1, 'WITHSCORES') or {}
  if open[3] then return 'whole' end
  if open[1] then
    -- A shut line is alone in pj:open. It is paused or waits for a slot: only what the whole script does may change that.
    local size, at = string.match(open[1], '^(%d+):()')
    local name, left = string.sub(open[1], at, at + size - 1), string.sub(open[1], at + size)
    local c, k, max, paused = string.match(call('HGET', limitsKey, name) or '', '^([^,]*),([^,]*),([^,]*),[^,]*,(.*)$')
    c, k = tonumber(c), tonumber(k)
    if paused == '1' then shut = 'p' .. name
    elseif c and call('SCARD', prefix .. 'pj:slots:' .. name) >= c then shut = 'c' .. name
    elseif not (paused and k) or tonumber(max) or tonumber(metaOf('pj:held') or 0) > now then return 'whole'
    else
      size, at = string.match(left, '^%+(%d+):()')
      if not size or call('SCARD', prefix .. 'pj:key-slots:' .. #name .. ':' .. name .. string.sub(left, at, at + size - 1)) < k then return 'whole' end
    end
    shut = shut and { line = open[1], turn = open[2], barrier = shut }
    others = others - 1
  end
  if others > 0 then
    due = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')[2]
    due = due and math.floor(tonumber(due) / 4096)
    if others > 1 or not due or due <= now then return 'whole' end
  end
  if opening then due = math.min(due or math.huge, math.max(now + 1, math.ceil(opening))) end
  local found = call('ZRANGE', prioritizedKey, 0, wanted - 1, 'WITHSCORES')
  for i = 1, #found / 2 do ids[i], turns[i] = found[2 * i - 1], found[2 * i] end
end
