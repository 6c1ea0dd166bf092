local others = {}
local function change(id, name, state, key, deid, priority, parent, scheduler)
  takeOut(id, name, state, key)
  call('HSET', prefix .. id, 'delay', 0, 'pj:runAt', now)
  if isOrdered then call('HDEL', prefix .. id, 'pj:arrived') end
  makeReady(id, name, priority)
  emit('waiting', 'jobId', id, 'prev', 'delayed')
  return true
end
