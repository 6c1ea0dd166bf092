-- Reads the jobs to start.
if #ids < wanted then nextAt = math.min(due or math.huge, now + math.min(8000, math.max(50, leaseMs / 2))) end
-- The fields that a job which never started may have beside the seven: a member of a batch two that no worker reads, and in
-- an order what it sorts by, of which a worker reads the first.
local one, other = 'pj:awaited', 'pj:staged'
if isOrdered then one, other = 'pj:order', 'pj:arrived' end
for i = 1, #ids do
  local id = ids[i]
  -- A job without a position was removed. Another job may be held under an id without its first character: see tokenFor.
  if not turns[i] or string.byte(id) == 126 then return 'whole' end
  local key, starts = prefix .. id, 1
  -- What is no hash is no job.
  local size = redis.pcall('HLEN', key)
  if type(size) == 'table' then return 'whole' end
  local hash = size == 7 and call('HMGET', key, 'name', 'data', 'opts', 'timestamp', 'delay', 'priority', 'pj:keep')
    or (size == 8 or size == 9) and call('HMGET', key, 'name', 'data', 'opts', 'timestamp', 'delay', 'priority', 'pj:keep', one, other)
  local isPlain = hash and hash[1] and hash[2] and hash[3] and hash[4] and hash[5] and hash[6] and hash[7]
    and size == 7 + (hash[8] and 1 or 0) + (hash[9] and 1 or 0)
  -- Values are enough then.
  if isPlain and size > 7 then hash[9], hash[8] = isOrdered and hash[8] or nil, isOrdered and hash[8] and 'pj:order' or nil end
  if not isPlain then hash = call('HGETALL', key) end
  -- The hash of a job that never started ends like this, unless it is large; the third is that of a member of a batch.
  if not (isPlain or hash[13] == 'pj:keep' and (#hash == 14 or #hash == 16 and hash[15] == 'pj:order' or #hash == 18 and hash[15] == 'pj:awaited' and hash[17] == 'pj:staged')) then
    local isOurs = false
    for at = 1, #hash, 2 do
      local name = hash[at]
      if name == 'pj:keep' then isOurs = true
      elseif name == 'ats' then starts = (tonumber(hash[at + 1]) or -1) + 1
      elseif name == 'defa' or name == 'parentKey' then return 'whole' end
    end
    if not isOurs or starts < 1 then return 'whole' end
  end
  if limited then
    local at = isPlain and 1 or 2
    while not isPlain and hash[at] and hash[at - 1] ~= 'name' do at = at + 2 end
    if hash[at] ~= seen and isLimited(hash[at] or '') then return 'whole' end
    seen = hash[at]
  end
  hashes[i], started[2 * i - 1], started[2 * i] = hash, id, starts == 1 and '1' or tostring(starts)
end
