local text = call('HGET', limitsKey, name) or ',,,,0'
local most, mostOfKey, rest = string.match(text, '^([^,]*),([^,]*)(.*)$')
-- No limit reaches this.
if most == '' then most = '1000000000' end
if mostOfKey == '' then mostOfKey = '1000000000' end
-- Deletes nothing: a server out of memory permits that, and then the rest of the script.
call('HDEL', metaKey, '')
call('HSET', limitsKey, name, most .. ',' .. mostOfKey .. rest)
noteLimited()
return call('LLEN', activeKey)
