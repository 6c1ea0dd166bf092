-- A schedule is kept as text, as it was given, since Lua would not keep its numbers: `pj:schedules` holds
-- `revision\0nextAt\0claim\0jobName\0spec\0state`. The claim names the call that wrote it. JSON never holds a raw NUL.

local function split(text)
  return { string.match(text, '^(%Z*)%z(%Z*)%z(%Z*)%z(%Z*)%z(%Z*)%z(.*)$') }
end

local function write(id, nextAt, claim, jobName, spec, state)
  local revision = call('INCR', revisionKey)
  local text = table.concat({ string.format('%.0f', revision), nextAt, claim, jobName, spec, state }, '\0')
  call('HSET', schedulesKey, id, text)
  call('ZADD', scheduleIdsKey, 0, id)
  if nextAt == '' then call('ZREM', dueKey, id) else call('ZADD', dueKey, nextAt, id) end
  call('PUBLISH', watchKey, id)
  if revision == 1 then call('SET', lifeKey, claim) end
  return text
end
