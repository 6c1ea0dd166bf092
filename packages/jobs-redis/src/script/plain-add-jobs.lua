if metaOf('pj:order') then return 'whole' end
local known, names, ready = {}, {}, 0
for first = 1, restSize, 9 do
  local id = ARGV[OFFSET + first]
  if known[id] or call('HGET', prefix .. id, 'name') then return 'whole' end
  known[id] = true
  local name = ARGV[OFFSET + first + 1]
  if metaOf('pj:limited') and not names[name] then
    if call('HEXISTS', limitsKey, name) == 1 then return 'whole' end
    names[name] = true
  end
  if ARGV[OFFSET + first + 5] == '0' then ready = ready + 1 end
end
local turn = ready > 0 and call('INCRBY', pcKey, ready) - ready
for first = 1, restSize, 9 do
  local id, createdAt, delay, priority = ARGV[OFFSET + first], ARGV[OFFSET + first + 4], ARGV[OFFSET + first + 5], ARGV[OFFSET + first + 6]
  local key = prefix .. id
  call('HSET', key, 'name', ARGV[OFFSET + first + 1], 'data', ARGV[OFFSET + first + 2], 'opts', ARGV[OFFSET + first + 3], 'timestamp', createdAt, 'delay', delay, 'priority', priority, 'pj:keep', ARGV[OFFSET + first + 7])
  emit('added', 'jobId', id, 'name', ARGV[OFFSET + first + 1])
  if delay == '0' then
    turn = turn + 1
    call('ZADD', prioritizedKey, priority * 4294967296 + turn % 4294967296, id)
    emit('waiting', 'jobId', id)
  else
    local time = ARGV[OFFSET + first + 8] == '1' and call('TIME')
    local from = time and time[1] * 1000 + math.floor(time[2] / 1000) or tonumber(createdAt)
    local runAt = string.format('%.0f', createdAt + delay)
    call('HSET', key, 'pj:runAt', runAt)
    makeDelayed(id, from, tonumber(delay))
    emit('delayed', 'jobId', id, 'delay', runAt)
  end
end
if ready > 0 and marks == '1' and not metaOf('paused') then call('ZADD', markerKey, 0, '0') end
return 'added'
