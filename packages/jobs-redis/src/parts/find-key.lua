local holder = holderOf(prefix .. 'de:' .. deid)
return holder and holder.id or false
