import { WIDTH } from '../lease/ending-lua.ts';
import { SIZED_LUA } from './lines-lua.ts';

/**
 * Lets the plain exchange serve a queue with limited names while it deals with jobs of other names only. Returns `whole`
 * where a limited job ended or a line may start one. Sets `limitOf`, `opening`, the time of the next line that opens by time, and
 * `shut`, the line that FILING_LUA files: no later call then looks at it before its barrier changes.
 */
export const PLAIN_GATES_LUA: string = `
local opening, shut, limitOf
if metaOf('pj:limited') then
  local limits, shapes = {}, {}
  limitOf = function(name)
    if limits[name] == nil then limits[name] = call('HGET', limitsKey, name) end
    return limits[name]
  end
  for i = 1, count do
    local shape = rest((i - 1) * ${WIDTH.complete} + 6)
    if not shapes[shape] then
      shapes[shape] = true
      if limitOf(string.sub(shape, string.find(shape, ' ', 1, true) + 1)) then return 'whole' end
    end
  end

  if wanted > 0 and call('EXISTS', openKey, openingsKey) > 0 then
    local open = call('ZRANGE', openKey, 0, 1, 'WITHSCORES')
    if open[3] then return 'whole' end
    if open[1] then
      ${SIZED_LUA}
      -- A shut line is alone in pj:open. It is paused or waits for a slot: only what the whole script does may change that.
      local name, left = unsized(open[1])
      local c, k, max, paused = string.match(limitOf(name) or '', '^([^,]*),([^,]*),([^,]*),[^,]*,(.*)$')
      c, k = tonumber(c), tonumber(k)
      if paused == '1' then shut = 'p' .. name
      elseif c and call('SCARD', prefix .. 'pj:slots:' .. name) >= c then shut = 'c' .. name
      elseif not (paused and k) or tonumber(max) or tonumber(metaOf('pj:held') or 0) > now or string.sub(left, 1, 1) ~= '+' then return 'whole'
      elseif call('SCARD', prefix .. 'pj:key-slots:' .. sized(name) .. unsized(string.sub(left, 2))) < k then return 'whole' end
      shut = shut and { line = open[1], turn = open[2], barrier = shut }
    end
    opening = tonumber(call('ZRANGE', openingsKey, 0, 0, 'WITHSCORES')[2])
    if opening and opening <= now then return 'whole' end
  end
end
`;

/** Looks at the jobs to start, once they are read: those of limited names belong into their lines. */
export const PLAIN_NAMES_LUA: string = `
for i = 1, limitOf and #hashes or 0 do
  local hash, at = hashes[i], 1
  -- Of a job that never started there are values, the name first.
  while #hash % 2 == 0 and hash[at] and hash[at] ~= 'name' do at = at + 2 end
  local name = hash[#hash % 2 == 0 and at + 1 or 1] or ''
  if limitOf(name) then return 'whole' end
end
if opening and nextAt ~= '' then nextAt = math.min(nextAt, math.max(now + 1, math.ceil(opening))) end
`;

/** Files the shut line that is alone in pj:open where other jobs run beside it, as the whole script files others. */
export const FILING_LUA: string = `
if shut and count + #hashes > 0 then
  call('ZREM', openKey, shut.line)
  call('HSET', shutKey, shut.line, shut.barrier)
  call('ZADD', prefix .. 'pj:shut:' .. shut.barrier, shut.turn, shut.line)
end
`;
