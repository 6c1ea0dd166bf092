-- Takes the jobs that start out of their set.
if #ids > 0 then call('ZREMRANGEBYRANK', prioritizedKey, 0, #ids - 1)
elseif wanted > 0 and not limited and (call('EXISTS', activeKey) == 0 or (tonumber(call('GET', prefix .. 'pc')) or 0) > 1073741824) then
  -- Positions may begin again when no job waits, unless jobs in lines have some from before: see recount.
  call('DEL', prefix .. 'pc')
end
-- Files the shut line that is alone in pj:open where other jobs run beside it, as the whole script files others: no later
-- call then looks at it before its barrier changes.
if shut and count + #hashes > 0 then
  call('ZREM', openKey, shut.line)
  call('HSET', prefix .. 'pj:shut', shut.line, shut.barrier)
  call('ZADD', prefix .. 'pj:shut:' .. shut.barrier, shut.turn, shut.line)
end
