local key = prefix .. 'de:' .. deid
local holder = holderOf(key)
call('DEL', key)
return holder and 1 or 0
