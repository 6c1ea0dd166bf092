local others = {}
local function change(id, name, state, key, deid, priority, parent, scheduler)
  if deid then
    local dedup = prefix .. 'de:' .. deid
    local holder = holderOf(dedup)
    if holder and holder.id ~= id then
      others = { id, holder.id }
      return false
    end
    local job = call('HMGET', prefix .. id, 'opts', 'ats')
    takeKey(dedup, id, keyOptions(job[1]))
    call('HSET', prefix .. id, 'pj:keyAt', job[2] or 0)
  end
  takeOut(id, name, state, key)
  -- One that failed and holds a strict key holds it on, as it runs again.
  if state == 'failed' and metaOf('pj:limited') then call('SREM', prefix .. 'pj:awaited:failed', id) end
  call('HDEL', prefix .. id, unpack(RESET_FIELDS))
  call('HSET', prefix .. id, 'delay', 0, 'pj:runAt', now, 'pj:expires', '')
  if isOrdered then call('HDEL', prefix .. id, 'pj:arrived') end
  if flow.revived(id, name, state) then return true end
  makeReady(id, name, priority)
  emit('waiting', 'jobId', id, 'prev', 'failed')
  return true
end
