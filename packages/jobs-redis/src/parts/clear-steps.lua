if call('HEXISTS', prefix .. id, 'finishedOn') == 0 then return 0 end
call('UNLINK', prefix .. id .. ':pj:steps')
call('HDEL', prefix .. id, 'pj:steps')
return 1
