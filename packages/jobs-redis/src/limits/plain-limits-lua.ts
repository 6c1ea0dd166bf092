import { SIZED_LUA } from './lines-lua.ts';

/**
 * Lets the plain exchange serve a queue with limited names while it deals with jobs of other names only. Sets `limited` and,
 * with it, `isLimited`; `seen` is for the last that was asked for, since most jobs have the name of the one before.
 */
export const PLAIN_GATES_LUA: string = `
local limited, opening, shut, seen = metaOf('pj:limited')
local isLimited = limited and function(name)
  if limited == '1' then return call('HEXISTS', limitsKey, name) == 1 end
  return string.find(limited, '\\0' .. name .. '\\0', 1, true)
end
`;

/**
 * Looks at the lines, of which some are filed by time or believed open. Returns `whole` where one may start a job. Sets
 * `opening`, the time of the next one that opens by time, and `shut`, the line that FILING_LUA files: no later call then
 * looks at it before its barrier changes. Both no longer count among the `others`, the sets that something waits in.
 */
export const PLAIN_LINES_LUA: string = `
if limited and others > 0 then
  opening = tonumber(call('ZRANGE', openingsKey, 0, 0, 'WITHSCORES')[2])
  if opening and opening <= now then return 'whole' end
  others = others - (opening and 1 or 0)
  local open = others > 0 and call('ZRANGE', openKey, 0, 1, 'WITHSCORES') or {}
  if open[3] then return 'whole' end
  if open[1] then
    ${SIZED_LUA}
    -- A shut line is alone in pj:open. It is paused or waits for a slot: only what the whole script does may change that.
    local name, left = unsized(open[1])
    local c, k, max, paused = string.match(call('HGET', limitsKey, name) or '', '^([^,]*),([^,]*),([^,]*),[^,]*,(.*)$')
    c, k = tonumber(c), tonumber(k)
    if paused == '1' then shut = 'p' .. name
    elseif c and call('SCARD', prefix .. 'pj:slots:' .. name) >= c then shut = 'c' .. name
    elseif not (paused and k) or tonumber(max) or tonumber(metaOf('pj:held') or 0) > now or string.sub(left, 1, 1) ~= '+' then return 'whole'
    elseif call('SCARD', prefix .. 'pj:key-slots:' .. sized(name) .. unsized(string.sub(left, 2))) < k then return 'whole' end
    shut = shut and { line = open[1], turn = open[2], barrier = shut }
    others = others - 1
  end
end
`;

/** Files the shut line that is alone in pj:open where other jobs run beside it, as the whole script files others. */
export const FILING_LUA: string = `
if shut and count + #hashes > 0 then
  call('ZREM', openKey, shut.line)
  call('HSET', shutKey, shut.line, shut.barrier)
  call('ZADD', prefix .. 'pj:shut:' .. shut.barrier, shut.turn, shut.line)
end
`;
