-- A server out of memory refuses what it would need to know the limits and the order: then the script changes nothing.
if not metaOf('pj:limited') and call('EXISTS', limitsKey) == 1 then call('HSET', metaKey, 'pj:limited', 1) end
if not metaOf('pj:order') and call('EXISTS', lineupKey) == 1 then call('HSET', metaKey, 'pj:order', call('GET', lineupKey)) end
