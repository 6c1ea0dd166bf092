import { READY_KEYS, READY_LUA } from './ready-lua.ts';
import { defineScript, type Script } from './script.ts';

/**
 * Brings the limits up to date and mends what may have leaked: drops slots nobody holds any more, and
 * hands out what is free. Arguments: pairs of a name and its limit, 0 where there is none.
 * Answers the names that had no limit before.
 */
export const keepLimitsScript: Script = defineScript(
  'KeepLimits',
  [...READY_KEYS, 'active', 'wait'],
  READY_LUA,
  `
local fresh, known = {}, {}
local all = call('HGETALL', limitsKey)
for i = 1, #all, 2 do known[all[i]] = tonumber(all[i + 1]) end
for i = 1, #ARGV - 1, 2 do
  local name, limit = arg(i), tonumber(arg(i + 1))
  if limit > 0 then
    if not known[name] then fresh[#fresh + 1] = name end
    if known[name] ~= limit then call('HSET', limitsKey, name, limit) end
    known[name] = limit
  elseif known[name] then
    call('HDEL', limitsKey, name)
    known[name] = nil
    while true do
      local first = call('ZPOPMIN', parkedOf(name))
      if not first[1] then break end
      call('ZADD', prioritizedKey, first[2], first[1])
      wake()
    end
    call('DEL', slotsOf(name))
  end
end
-- Tells other scripts whether to look for limits at all.
if next(known) == nil then call('HDEL', metaKey, 'pj:limited')
elseif not metaOf(5) then call('HSET', metaKey, 'pj:limited', 1) end
for name, limit in pairs(known) do
  local slots = slotsOf(name)
  for _, id in ipairs(call('ZRANGE', slots, 0, -1)) do
    if not call('ZSCORE', prioritizedKey, id) and not call('LPOS', activeKey, id) and not call('LPOS', waitKey, id, 'MAXLEN', 10000) then
      call('ZREM', slots, id)
    end
  end
  settle(name, limit)
end
return fresh
`,
);

/**
 * Brings jobs under a limit that were enqueued before it was known: they take slots or are parked, in
 * the order of their turns. Arguments: where to begin, how many to look at, the names. Answers where to go
 * on, or −1 at the end.
 */
export const adoptJobsScript: Script = defineScript(
  'AdoptJobs',
  READY_KEYS,
  READY_LUA,
  `
local from, count = tonumber(arg(1)), tonumber(arg(2))
local wanted = {}
for i = 3, #ARGV - 1 do wanted[arg(i)] = true end
local members = call('ZRANGE', prioritizedKey, from, from + count - 1, 'WITHSCORES')
local kept = 0
for i = 1, #members, 2 do
  local id, score = members[i], members[i + 1]
  local name = call('HGET', prefix .. id, 'name')
  if name and wanted[name] and not call('ZSCORE', slotsOf(name), id) then
    call('ZREM', prioritizedKey, id)
    call('ZADD', parkedOf(name), score, id)
  else
    kept = kept + 1
  end
end
if #members == 2 * count then return from + kept end
for name in pairs(wanted) do
  local limit = limitOf(name)
  if limit then settle(name, limit) end
end
return -1
`,
);
