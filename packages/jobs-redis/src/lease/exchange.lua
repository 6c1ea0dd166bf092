-- A server that lost its data has no limits until the worker stores them again: none of its jobs start before that.
if limitsLife ~= '' and metaOf('pj:limits-life') ~= limitsLife then return 'lost' end
if look == '1' then
  if restoreMeta() then return 'ordered' end
  flow.restore()
end
local known = replay()
if known then return known end

local takes = tonumber(wanted) > 0
local ended = readEnded()
if #ended == 0 and existsWaiting(prioritizedKey, delayedKey, activeKey, openKey, openingsKey) == 0 and not flow.hasWork() then return reply(takes and lookAt() or '') end
local lost = look == '1' and readLost() or {}
local due = takes and readDue() or {}

-- The end of the script decides whether to wake other workers.
awake = true
recordEnded(ended)
if look == '1' then takeBack(lost) end
if metaOf('pj:limited') then freeSlots() end
local isLeft = metaOf('pj:flows') and flow.step()
if #due > 0 then promote(due) end
local nextAt = takes and claim(due, lost) or ''
if metaOf('pj:flows') then flow.handOut() end
if takes and isLeft then nextAt = now end
keepFinished(groups, #jobs > 0)
remember()
awake = false

-- Wakes another worker when this one is fully loaded (it asks again only when a job ends) and jobs are still waiting.
if nextAt == '' and (isLeft or stirred or #lost + #due > 0 or idle == '1') and existsWaiting(prioritizedKey, openKey) > 0 then wake() end
-- A worker that is stopping leaves jobs that are to fail to others.
if stopping == '1' and flow.hasWork() then wake() end
-- A job that lost its workers too often failed without one that ended it.
for _, job in ipairs(stalled) do hasEnded = hasEnded or job[4] == 1 end
if hasEnded and #jobs + #foreign == 0 and existsWaiting(pausedKey, activeKey, prioritizedKey, openKey, shutKey) == 0 then emit('drained') end
-- Sets the marker for the next delayed job when this worker is no longer idle, or when it just delayed that job.
local first = (next(postponed) or #jobs > 0 and (#due > 0 or idle == '1')) and call('ZRANGE', delayedKey, 0, 0)[1]
if first and (#jobs > 0 or postponed[first]) then announceDelayed() end
return reply(nextAt)
