local pause = paused == '1'
if (call('HEXISTS', metaKey, 'paused') == 1) == pause then return 0 end
if pause then
  call('HSET', metaKey, 'paused', 1)
  call('DEL', markerKey)
  emit('paused')
  return 0
end
-- Deletes first: a server out of memory permits a delete, and then the rest of the script.
call('DEL', markerKey)
-- BullMQ before version 5 keeps the waiting jobs of a paused queue in this list.
for _ = 1, 2000 do
  if not call('RPOPLPUSH', pausedKey, waitKey) then break end
end
if call('EXISTS', pausedKey) == 1 then return 1 end
call('HDEL', metaKey, 'paused')
if existsWaiting(prioritizedKey, openKey) > 0 then
  call('ZADD', markerKey, 0, '0')
else
  announceDelayed()
end
emit('resumed')
return 0
