local ids, values, keys = {}, {}, {}
for i = 1, restSize, 2 do
  ids[#ids + 1] = storedOf(ARGV[OFFSET + i], ARGV[OFFSET + i + 1])
  values[#ids] = ARGV[OFFSET + i + 1]
  keys[#ids] = prefix .. ids[#ids] .. ':lock'
end
local lost, cancelled, over, renamed = {}, {}, {}, {}
for i, lock in ipairs(call('MGET', unpack(keys))) do
  local job = call('HMGET', prefix .. ids[i], 'ats', 'pj:cancel', 'pb')
  if job[1] == values[i] and (lock or call('LPOS', activeKey, ids[i])) then over[i] = not lock else lost[#lost + 1] = i end
  if job[3] ~= holder then renamed[i] = true end
  if over[i] ~= nil and job[2] then cancelled[#cancelled + 1] = { i, job[2] } end
end
for i, ranOut in pairs(over) do
  -- Deletes first: a server out of memory permits a delete, and then the rest of the script.
  if ranOut then
    call('DEL', keys[i])
    call('SET', keys[i], lockOf(values[i]), 'PX', leaseMs)
  else
    call('PEXPIRE', keys[i], leaseMs)
  end
  if renamed[i] then call('HSET', prefix .. ids[i], 'pb', holder) end
end
return { lost, cancelled }
