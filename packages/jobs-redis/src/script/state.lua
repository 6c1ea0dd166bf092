-- Takes a job out of what holds it in its state. Needs state-of.lua.

if restoreMeta() then return 'ordered' end

-- Takes a job that is not active out of its state.
local function takeOut(id, name, state, key)
  if isOrdered and key == orderedKey then return leave(id, name) end
  if key == waitKey or key == pausedKey then call('LREM', key, isNearEnd(key, id) and -1 or 1, id) else call('ZREM', key, id) end
  if state == 'waiting' and name then unpark(id, name) end
  if state == 'blocked' then call('ZREM', prefix .. 'pj:releasable', id) end
  if name and (state == 'completed' or state == 'failed' or state == 'cancelled') then
    call('ZREM', prefix .. 'pj:kept:' .. state .. ':' .. name, id)
  end
end
