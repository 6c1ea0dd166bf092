if call('HEXISTS', prefix .. id, 'pj:steps') == 0 then return {} end
return call('HGETALL', prefix .. id .. ':pj:steps')
