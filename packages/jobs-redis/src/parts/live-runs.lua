local live, runs = {}, prefix .. 'pj:runs:' .. id
for _, run in ipairs(call('ZRANGE', runs, 0, -1)) do
  local job = call('HMGET', prefix .. run, 'name', 'finishedOn')
  if not job[1] or call('ZSCORE', completedKey, run) then call('ZREM', runs, run)
  elseif not job[2] then live[#live + 1] = run end
end
return live
