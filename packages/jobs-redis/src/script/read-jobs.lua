local found = {}
for i = 1, restSize do
  local id = ARGV[OFFSET + i]
  local hash = redis.pcall('HGETALL', prefix .. id)
  if hash.err then hash = string.find(hash.err, 'WRONGTYPE', 1, true) and {} or call('HGETALL', prefix .. id) end
  local state = hash[1] and stateOf(id, call('HGET', prefix .. id, 'name'))
  found[i] = state and { state, hash, state == 'active' and lockEnd(id) or nil } or {}
end
return found
