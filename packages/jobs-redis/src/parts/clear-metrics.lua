for _, minute in ipairs(call('ZRANGE', prefix .. 'pj:minutes', 0, -1)) do call('DEL', prefix .. 'pj:metrics:' .. minute) end
return call('DEL', prefix .. 'pj:minutes')
