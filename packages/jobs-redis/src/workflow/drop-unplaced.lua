for i = 1, restSize do
  local id = ARGV[OFFSET + i]
  local ref, key = flow.here .. id, prefix .. id
  local job = call('HMGET', key, 'name', 'deid', 'pj:awaited')
  if job[1] and isUnplaced(id, job[1]) then
    freeKey(id, job[2])
    flow.begin({ kind = 'letGo', ref = ref }, 'edges', true)
    call('UNLINK', key, key .. ':logs', key .. ':pj:steps', key .. ':lock', key .. ':dependencies', key .. ':processed', key .. ':failed', key .. ':unsuccessful', flow.edgesOf(ref))
    -- Others go on waiting: for the job that is added under this id next.
    if job[3] then call('HSET', key, 'pj:awaited', job[3]) end
  end
end
return flow.walk() and 1 or 0
