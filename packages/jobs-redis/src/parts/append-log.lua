local key = prefix .. id
if call('EXISTS', key) == 0 then return 0 end
for i = 1, restSize do call('RPUSH', key .. ':logs', ARGV[OFFSET + i]) end
call('LTRIM', key .. ':logs', -tonumber(keep), -1)
return 1
