-- Chooses the jobs to start in an order.
local policy, revision = string.match(metaOf('pj:order') or '', '^(%a+),[^,]*,(%d+),,')
if not policy then return metaOf('pj:order') and 'whole' or 'fifo' end
if metaOf('pj:limited') then return 'whole' end
local own, isFair, isOrdered = prefix .. 'pj:o' .. revision .. ':', policy == 'fair', true
local keysKey, waitingKey = own .. 'lineup:', orderedKey
local limited, isLimited, seen
-- In a fair queue: the keys that start, their classes, and the last change.
local moved, times, change
if wanted > 0 then
  -- What needs the whole script: of the delayed jobs, only those that are due.
  local others = call('EXISTS', delayedKey, prefix .. 'wait', prioritizedKey, own .. 'weighted')
  if others > 0 then
    due = call('ZRANGE', delayedKey, 0, 0, 'WITHSCORES')[2]
    due = due and math.floor(tonumber(due) / 4096)
    if others > 1 or not due or due <= now then return 'whole' end
  end
  if not isFair then
    ids = call('ZRANGE', keysKey, 0, wanted - 1)
    for i = 1, #ids do ids[i] = string.sub(ids[i], 13) end
    if #ids > 0 then turns = call('ZMSCORE', orderedKey, unpack(ids)) end
  end
end
