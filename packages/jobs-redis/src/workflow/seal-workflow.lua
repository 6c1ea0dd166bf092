local sealBy = call('ZSCORE', prefix .. 'pj:staging', stage)
-- The call is repeated, since its answer was lost.
if sealBy == '0' then return 1 end
if not sealBy then return (count == '0' or call('HGET', prefix .. first, 'pj:staged') == stage) and 1 or -1 end
if sealBy == '1' or call('ZCARD', prefix .. 'pj:stage-turns:' .. stage) + call('LLEN', prefix .. 'pj:stage:' .. stage) < tonumber(count) then return -1 end
if parent ~= '' then
  local key = prefix .. parent
  if call('HGET', key, 'ats') ~= token or not (call('EXISTS', key .. ':lock') == 1 or call('LPOS', activeKey, parent)) then return 0 end
  if call('EXISTS', flow.nextOf(flow.here .. parent)) == 1 then
    if searched ~= (call('GET', flow.root .. ':grown') or '0') then return -2 end
    call('INCR', flow.root .. ':grown')
  end
  local tally = prefix .. 'pj:stage-parent:' .. stage
  local sums = call('HMGET', tally, 'deps', 'open', 'doom', 'spared')
  if sums[1] then
    call('HSET', tally, 'id', parent)
    call('HINCRBY', key, 'pj:deps', sums[1])
    call('HINCRBY', key, 'pj:open', sums[2])
    call('HINCRBY', key, 'pj:doom', sums[3])
    if (tonumber(sums[4]) or 0) > 0 then call('HINCRBY', key, 'pj:spared', sums[4]) end
    call('HSET', metaKey, 'pj:flows', 1)
  end
end
call('ZADD', prefix .. 'pj:staging', 'XX', 0, stage)
return 1
