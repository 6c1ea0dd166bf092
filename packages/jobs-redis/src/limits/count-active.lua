-- Deletes nothing: a server out of memory permits that, and then the rest of the script.
call('HDEL', metaKey, '')
for i = 1, restSize do
  local id = ARGV[OFFSET + i]
  local job = call('HMGET', prefix .. id, 'name', 'pj:ck', 'pj:rk')
  if job[1] and (job[1] == name or shared.ownerOf(job[1], job[2]) == name) and isActive(id) then
    call('SADD', slotsOf(job[1]), slotOf(id, job[2]))
    if job[2] then call('SADD', keySlotsOf(lineOf(job[1], job[2], job[3])), id) end
  end
end
return restSize
