/**
 * Keeps finished jobs within limits. Needs `removeJob` of STATE_LUA, and the keys `completed`, `failed`,
 * `pj:cancelled`.
 */
export const RETAIN_LUA: string = `
local finishedKeys = { completed = completedKey, failed = failedKey, cancelled = cancelledKey }

-- Reads what a job wants kept of those that end as it does: age in seconds or nothing, count or nothing; what is
-- given if it does not say. Our options begin with it, ahead of all that a user wrote, which is not decoded: a string
-- of a user may be one that the server cannot decode.
local function keepOf(options, field, age, count)
  local own = options and string.find(options, '"pj":{', 1, true)
  if own then
    local head = string.sub(options, 1, own)
    local ownAge, ownCount = string.match(head, '"' .. field .. '":{"age":([^,]+),"count":(%d+)}')
    return tonumber(ownAge or age), tonumber(ownCount or count)
  end
  local ok, all = pcall(cjson.decode, options or '{}')
  local keep = ok and type(all) == 'table' and all[field]
  if type(keep) == 'table' then return tonumber(keep.age), tonumber(keep.count) end
  if type(keep) == 'number' then return nil, keep end
  if keep == true then return nil, 0 end
  return tonumber(age), tonumber(count)
end

-- Keeps a job that ended in a state, and drops those of that state which are too many or too old.
local function retain(state, id, now, age, count)
  local key = finishedKeys[state]
  call('ZADD', key, now, id)
  local function drop(ids)
    for _, old in ipairs(ids) do
      call('ZREM', key, old)
      removeJob(old, call('HGET', prefix .. old, 'deid'))
    end
  end
  if count and count > 0 then drop(call('ZREVRANGE', key, count, count + 999)) end
  if age then drop(call('ZRANGEBYSCORE', key, '-inf', '(' .. (now - age * 1000), 'LIMIT', 0, 1000)) end
end
`;
