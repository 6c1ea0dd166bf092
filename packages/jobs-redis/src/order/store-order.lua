local stored, lineup = call('GET', orderKey), call('GET', lineupKey)
if adopts == '1' and stored then return stored end
local from, moving = string.match(lineup or '', '^%a+,[^,]*,(%d+),(%a*),')
if moving and moving ~= '' then return 'busy' end
local order = policy .. ',' .. age
if policy == 'fifo' then
  if lineup then
    lineup = string.gsub(lineup, ',,[^,]*$', ',l,')
    call('SET', lineupKey, lineup)
    call('HSET', metaKey, 'pj:order', lineup)
  end
else
  lineup = string.format('%s,%s,%.0f,m,%s', policy, age, call('INCR', orderRevisionKey), from or '')
  call('SET', lineupKey, lineup)
  call('HSET', metaKey, 'pj:order', lineup)
  if call('EXISTS', orderedKey) == 1 then call('RENAME', orderedKey, movingKey) end
end
call('SET', orderKey, order)
return order
